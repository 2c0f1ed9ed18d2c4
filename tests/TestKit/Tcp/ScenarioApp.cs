using StackSharp.Stack.Buffers;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using Xunit;

namespace StackSharp.Tests.TestKit.Tcp;

/// <summary>The program above the TCP of a <see cref="TcpScenario"/>.</summary>
internal sealed class ScenarioApp(TcpScenario tcp)
{
    private uint _read = 1;
    private uint _written = 1;

    private TcpConnection Connection => tcp.Connection ?? throw new InvalidOperationException("No connection in this scenario yet.");

    public void Accept()
    {
        tcp.Connection = tcp.Listener!.TryAccept() ?? throw new InvalidOperationException("No connection to accept.");
        tcp.Connection.Owner = new object();
    }

    /// <summary>Sends octets, all of which must be taken.</summary>
    public void Send(int octets, TcpSendFlags flags = TcpSendFlags.None)
    {
        Assert.Equal(TransportError.None, TrySend(octets, out int taken, flags));
        Assert.Equal(octets, taken);
    }

    /// <summary>Sends octets, of which some may be taken.</summary>
    public TransportError TrySend(int octets, out int taken, TcpSendFlags flags = TcpSendFlags.None)
    {
        tcp.NoteAppEvent();
        byte[] data = new byte[octets];
        for (int i = 0; i < octets; i++) data[i] = SegmentText.PayloadOctet(_written + (uint)i);
        TransportError error = Connection.Send(data, flags, tcp.Now, out taken);
        _written += (uint)taken;
        return error;
    }

    /// <summary>The events since the last look.</summary>
    public EndpointEvents TakeEvents() => Connection.TakeEvents();

    public void ShutdownReceive()
    {
        tcp.NoteAppEvent();
        Assert.Equal(TransportError.None, Connection.ShutdownReceive(tcp.Now));
    }

    /// <summary>Reads octets and checks that they are what the peer's line said.</summary>
    public void Receive(int octets)
    {
        tcp.NoteAppEvent();
        byte[] buffer = new byte[octets];
        Assert.Equal(TransportError.None, Connection.Receive(buffer, peek: false, tcp.Now, out int received));
        Assert.Equal(octets, received);
        for (int i = 0; i < octets; i++, _read++)
            Assert.True(SegmentText.PayloadOctet(_read) == buffer[i], $"Octet {_read} of the stream is wrong.");
    }

    /// <summary>Reads everything by reference, in as many slices as it takes.</summary>
    public int Detach()
    {
        tcp.NoteAppEvent();
        PacketSlice[] slices = new PacketSlice[8];
        int total = 0;
        while (Connection.Detach(int.MaxValue, slices, tcp.Now, out int count) == TransportError.None && count > 0)
        {
            foreach (PacketSlice slice in slices.AsSpan(0, count))
            {
                foreach (byte octet in slice.Span) Assert.Equal(SegmentText.PayloadOctet(_read++), octet);
                total += slice.Length;
                slice.Buffer.Release();
            }
        }
        return total;
    }

    /// <summary>Skips a place of the stream that was read elsewhere: the urgent octet.</summary>
    public void SkipOctet() => _read++;

    public void ExpectReceive(TransportError error)
    {
        Assert.Equal(error, Connection.Receive(new byte[1], peek: true, tcp.Now, out int received));
        Assert.Equal(0, received);
    }

    public void ShutdownSend()
    {
        tcp.NoteAppEvent();
        Assert.Equal(TransportError.None, Connection.ShutdownSend(tcp.Now));
    }

    public void Close()
    {
        tcp.NoteAppEvent();
        Connection.Close(tcp.Now);
    }

    public void Abort()
    {
        tcp.NoteAppEvent();
        Connection.Abort(tcp.Now);
    }

    public void SetOptions(Func<TcpSocketOptions, TcpSocketOptions> change)
    {
        tcp.NoteAppEvent();
        Assert.Equal(TransportError.None, Connection.SetOptions(change(Connection.Options), tcp.Now));
    }
}
