using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;

namespace StackSharp.Stack.Transport.Tcp;

/// <summary>All connections by their four-tuple: a chained hash table under a random key, so that nobody can aim for one chain.</summary>
internal sealed class ConnectionTable(IRandomSource random)
{
    private readonly ulong _key0 = random.Next() | 1;
    private readonly ulong _key1 = random.Next() | 1;
    private TcpConnection?[] _buckets = new TcpConnection?[256];

    public int Count { get; private set; }

    public TcpConnection? Find(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort)
    {
        TcpConnection? connection = _buckets[Bucket(local, localPort, remote, remotePort)];
        while (connection is not null && !connection.Matches(local, localPort, remote, remotePort)) connection = connection.NextInBucket;
        return connection;
    }

    public void Add(TcpConnection connection)
    {
        if (Count >= _buckets.Length) Grow();
        Link(connection);
        Count++;
    }

    public void Remove(TcpConnection connection)
    {
        ref TcpConnection? bucket = ref _buckets[Bucket(connection)];
        TcpConnection? previous = null;
        TcpConnection? at = bucket;
        while (at is not null && !ReferenceEquals(at, connection)) (previous, at) = (at, at.NextInBucket);
        if (at is null) return;
        if (previous is null) bucket = connection.NextInBucket;
        else previous.NextInBucket = connection.NextInBucket;
        connection.NextInBucket = null;
        Count--;
    }

    public IEnumerable<TcpConnection> Enumerate()
    {
        foreach (TcpConnection? first in _buckets)
            for (TcpConnection? connection = first; connection is not null; connection = connection.NextInBucket)
                yield return connection;
    }

    private void Link(TcpConnection connection)
    {
        ref TcpConnection? bucket = ref _buckets[Bucket(connection)];
        connection.NextInBucket = bucket;
        bucket = connection;
    }

    private void Grow()
    {
        TcpConnection?[] old = _buckets;
        _buckets = new TcpConnection?[old.Length * 2];
        foreach (TcpConnection? first in old)
        {
            TcpConnection? connection = first;
            while (connection is not null)
            {
                TcpConnection? next = connection.NextInBucket;
                Link(connection);
                connection = next;
            }
        }
    }

    private int Bucket(TcpConnection connection) =>
        Bucket(connection.Local.Address, connection.Local.Port, connection.Remote.Address, connection.Remote.Port);

    private int Bucket(in IpAddress local, ushort localPort, in IpAddress remote, ushort remotePort)
    {
        ulong low = Mix(local.Low ^ _key0, remote.Low ^ ((ulong)localPort << 32 | remotePort) ^ _key1);
        ulong high = local.High == 0 && remote.High == 0 ? 0 : Mix(local.High ^ _key1, remote.High ^ _key0);
        return (int)((low ^ high) & (uint)(_buckets.Length - 1));
    }

    private static ulong Mix(ulong first, ulong second)
    {
        ulong high = Math.BigMul(first, second, out ulong low);
        return high ^ low;
    }
}
