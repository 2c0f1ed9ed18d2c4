using StackSharp.Stack.Time;

namespace StackSharp.Hosting.Shards;

/// <summary>Lets several shards draw from one source. Nothing is called while its lock is held but the source.</summary>
internal sealed class SharedRandomSource(IRandomSource source) : IRandomSource
{
    public ulong Next()
    {
        lock (source) return source.Next();
    }

    public void Fill(Span<byte> destination)
    {
        lock (source) source.Fill(destination);
    }
}
