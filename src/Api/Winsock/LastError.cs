namespace StackSharp.Winsock;

/// <summary>The calling thread's last error.</summary>
internal static class LastError
{
    [ThreadStatic]
    private static int t_value;

    public static int Value
    {
        get => t_value;
        set => t_value = value;
    }
}
