using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Tcp;
using StackSharp.Stack.Wire;

namespace StackSharp.Tests.Simulation;

/// <summary>How a simulated program ends its side.</summary>
internal enum Ending
{
    /// <summary>Sends all, shuts down, reads to the end, closes.</summary>
    Orderly,

    /// <summary>Closes at some moment, whatever is under way.</summary>
    EarlyClose,

    /// <summary>Aborts at some moment.</summary>
    Abort,
}

/// <summary>A program at one end of a connection: writes a known stream in odd pieces and checks the one it reads.</summary>
internal sealed class SimulatedApp(IRandomSource random, int toSend, byte sendKey, byte receiveKey, Ending ending)
{
    private readonly byte[] _scratch = new byte[8192];
    private readonly PacketSlice[] _slices = new PacketSlice[6];
    private int _written;
    private bool _finished;

    /// <summary>Null before, and once it is closed: then the object is the stack's, and soon another connection.</summary>
    public TcpConnection? Connection { get; private set; }

    /// <summary>This end of the connection, also when it is closed; null: it never came about.</summary>
    public IpEndpoint? Local { get; private set; }

    public Ending Ending => ending;

    public int Received { get; private set; }

    public int ToSend => toSend;

    public bool SawEnd { get; private set; }

    public TransportError Error { get; private set; }

    /// <summary>Nothing is left to do here.</summary>
    public bool IsDone { get; private set; }

    public void Attach(TcpConnection connection)
    {
        Connection = connection;
        Local = connection.Local;
        connection.Owner = this;
    }

    /// <summary>Reads and writes as far as it goes, in pieces of random size.</summary>
    public void Run(Instant now)
    {
        // While it connects it may hear of soft errors: they are not the end (RFC 9293 MUST-23).
        if (IsDone || Connection is null or { State: TcpState.SynSent or TcpState.SynReceived }) return;
        Read(now);
        if (IsDone) return;
        Write(now);
        if (_finished && SawEnd && Connection?.State is TcpState.TimeWait or TcpState.Closed or TcpState.LastAck or TcpState.Closing or TcpState.FinWait2)
            Finish(now, TransportError.None);
    }

    /// <summary>The early ending, if there is one.</summary>
    public void End(Instant now)
    {
        if (IsDone || Connection is null || ending == Ending.Orderly) return;
        if (ending == Ending.Abort) Connection.Abort(now);
        else Connection.Close(now);
        Connection = null;
        IsDone = true;
    }

    /// <summary>The peer is gone without a word.</summary>
    public void GiveUp(Instant now)
    {
        Connection!.Abort(now);
        Connection = null;
        IsDone = true;
    }

    public static byte Octet(byte key, int offset) => (byte)(offset * 131 + (offset >> 8) * 17 + key);

    private void Read(Instant now)
    {
        while (!SawEnd)
        {
            TransportError error;
            int received = 0;
            int before = Received;
            if (random.Below(2) == 0)
            {
                error = Connection!.Receive(_scratch.AsSpan(0, 1 + (int)random.Below(8192)), peek: false, now, out received);
                Check(_scratch.AsSpan(0, received));
            }
            else
            {
                error = Connection!.Detach(1 + (int)random.Below(65_536), _slices, now, out int count);
                for (int i = 0; i < count; i++)
                {
                    Check(_slices[i].Span);
                    received += _slices[i].Length;
                    _slices[i].Buffer.Release();
                }
            }
            if (error == TransportError.WouldBlock) return;
            if (error != TransportError.None)
            {
                Finish(now, error);
                return;
            }
            if (Received == before) SawEnd = true;
        }
    }

    private void Check(ReadOnlySpan<byte> data)
    {
        foreach (byte octet in data)
        {
            if (octet != Octet(receiveKey, Received)) throw new SimulationException($"octet {Received} of the stream is wrong");
            Received++;
        }
    }

    private void Write(Instant now)
    {
        while (_written < toSend)
        {
            int length = Math.Min(toSend - _written, 1 + (int)random.Below(random.Below(8) == 0 ? 100u : 8192u));
            TransportError error = random.Below(3) == 0 ? WriteReserved(length, now) : WriteCopied(length, now);
            if (error == TransportError.WouldBlock) return;
            if (error == TransportError.None) continue;
            // What the peer sent before is still to be read; the error comes again when that is done.
            if (Connection!.Error != TransportError.None) Finish(now, error);
            return;
        }
        if (_finished) return;
        TransportError shutdown = Connection!.ShutdownSend(now);
        if (shutdown == TransportError.None) _finished = true;
        else if (Connection.State is not (TcpState.SynSent or TcpState.SynReceived)) Finish(now, shutdown);
    }

    private TransportError WriteCopied(int length, Instant now)
    {
        for (int i = 0; i < length; i++) _scratch[i] = Octet(sendKey, _written + i);
        TransportError error = Connection!.Send(_scratch.AsSpan(0, length), TcpSendFlags.None, now, out int taken);
        _written += taken;
        return error;
    }

    private TransportError WriteReserved(int length, Instant now)
    {
        TransportError error = Connection!.Reserve(length, _slices, out int count);
        if (error != TransportError.None) return error;
        int filled = 0;
        for (int i = 0; i < count; i++)
            for (int j = 0; j < _slices[i].Length; j++) _slices[i].Span[j] = Octet(sendKey, _written + filled++);
        int committed = (int)random.Below((uint)filled + 1);
        error = Connection.Commit(committed, TcpSendFlags.None, now);
        for (int i = 0; i < count; i++) _slices[i].Buffer.Release();
        if (error == TransportError.None) _written += committed;
        return error;
    }

    private void Finish(Instant now, TransportError error)
    {
        Error = error;
        IsDone = true;
        Connection!.Close(now);
        Connection = null;
    }
}
