namespace StackSharp.Winsock;

/// <summary>The calling thread's last error.</summary>
internal static class LastError
{
    [ThreadStatic]
    private static int _value;

    public static int Value
    {
        get => _value;
        set => _value = value;
    }
}
