using System.Security.Cryptography;
using StackSharp.Stack.Buffers;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp.Authentication;

/// <summary>Signs and verifies the segments of one connection (RFC 5925 §7, RFC 2385).</summary>
internal sealed class SegmentAuthentication : IDisposable
{
    private readonly IpEndpoint _local;
    private readonly IpEndpoint _remote;
    private readonly SignedMessage _message;
    private TcpAuthenticationKey[] _keys;
    private TrafficKey?[] _sendKeys;
    private TrafficKey?[] _receiveKeys;
    private int _current;
    private int _requested;
    private ExtendedSequence _sent;
    private ExtendedSequence _received;

    /// <param name="message">Shared by all connections: they work one after the other.</param>
    public SegmentAuthentication(TcpAuthenticationKeys keys, in IpEndpoint local, in IpEndpoint remote, SignedMessage message)
    {
        _local = local;
        _remote = remote;
        _message = message;
        _keys = [];
        _sendKeys = [];
        _receiveKeys = [];
        Use(keys);
    }

    public bool IsMd5 => _keys[0].IsMd5;

    /// <summary>Octets that the option takes in any segment at most.</summary>
    public int OptionBytes { get; private set; }

    /// <summary>SendID of the key that segments are signed with (current_key).</summary>
    public byte CurrentId => _keys[_current].SendId;

    /// <summary>Other keys take the place of the present ones, which must be for this peer too. What was in use stays in use if it is among them.</summary>
    public void Use(TcpAuthenticationKeys keys)
    {
        TcpAuthenticationKey? current = _keys.Length > 0 ? _keys[_current] : null;
        Dispose();
        _keys = keys.For(_remote.Address);
        _sendKeys = new TrafficKey?[_keys.Length];
        _receiveKeys = new TrafficKey?[_keys.Length];
        _current = Math.Max(0, Array.FindIndex(_keys, key => current is not null && key.SendId == current.SendId));
        _requested = Math.Max(0, Array.FindIndex(_keys, key => key.ReceiveId == keys.RequestedId));
        OptionBytes = 0;
        foreach (TcpAuthenticationKey key in _keys) OptionBytes = Math.Max(OptionBytes, key.OptionBytes);
    }

    /// <summary>Both ends' numbers begin, or begin anew.</summary>
    public void Begin(SequenceNumber localInitial, SequenceNumber remoteInitial)
    {
        _sent = new ExtendedSequence(localInitial);
        _received = new ExtendedSequence(remoteInitial);
    }

    /// <summary>Writes the option with room for the signature. It must be the last.</summary>
    public void WriteOption(ref TcpOptionWriter writer)
    {
        TcpAuthenticationKey key = _keys[_current];
        if (key.IsMd5) writer.Md5Signature();
        else writer.Authentication(key.SendId, _keys[_requested].ReceiveId, key.MacBytes);
    }

    /// <summary>Fills the signature in. The frame holds header and text of one segment, and nothing of them changes afterwards but the checksum.</summary>
    public void Sign(TransmitFrame frame, SequenceNumber localInitial, SequenceNumber remoteInitial)
    {
        Span<byte> header = frame.Header;
        if (!TcpHeader.TryParse(header, out TcpHeader parsed)) throw new InvalidOperationException("The frame's header is no TCP header.");
        TcpAuthenticationKey key = _keys[_current];
        bool isSyn = parsed.Has(TcpControlBits.Syn);
        if (!isSyn) _sent.Note(parsed.Sequence);
        int optionLength = key.IsMd5 ? key.MacBytes + 2 : key.OptionBytes;
        uint extension = isSyn ? 0 : _sent.ExtensionOf(parsed.Sequence);
        _message.Begin(key, extension, _local.Address, _remote.Address, header, (header.Length - optionLength, optionLength), frame.PayloadLength);
        foreach (ref readonly PacketSlice slice in frame.Payload) _message.Append(slice.Span);
        Span<byte> mac = header[^key.MacBytes..];
        if (isSyn)
        {
            using TrafficKey once = TrafficKey.Derive(key, _local, _remote, localInitial, parsed.Has(TcpControlBits.Ack) ? remoteInitial : default);
            once.Sign(_message, mac);
            return;
        }
        TrafficKey traffic = _sendKeys[_current] ??= TrafficKey.Derive(key, _local, _remote, localInitial, remoteInitial);
        traffic.Sign(_message, mac);
    }

    /// <summary>Looks at a segment's signature.</summary>
    /// <param name="remoteInitial">The peer's initial sequence number; of a SYN its own counts.</param>
    /// <returns>Null: it is valid.</returns>
    public TcpDropReason? Verify(in TcpHeader header, SequenceNumber localInitial, SequenceNumber remoteInitial)
    {
        if (!TryFindOption(header, out ReadOnlySpan<byte> value)) return TcpDropReason.MissingAuthentication;
        int index = IsMd5 ? 0 : IndexOfReceiveId(value[0]);
        if (index < 0) return TcpDropReason.UnknownAuthenticationKey;
        TcpAuthenticationKey key = _keys[index];
        ReadOnlySpan<byte> signature = value[(IsMd5 ? 0 : 2)..];
        if (signature.Length != key.MacBytes) return TcpDropReason.BadAuthentication;
        bool isSyn = header.Has(TcpControlBits.Syn);
        header.Segment.Overlaps(value, out int at);
        _message.Begin(
            key, isSyn ? 0 : _received.ExtensionOf(header.Sequence), _remote.Address, _local.Address, header.Segment[..header.HeaderLength],
            (at - 2, value.Length + 2), header.Payload.Length);
        _message.Append(header.Payload);
        Span<byte> expected = stackalloc byte[16];
        expected = expected[..key.MacBytes];
        if (isSyn)
        {
            using TrafficKey once = TrafficKey.Derive(key, _remote, _local, header.Sequence, header.Has(TcpControlBits.Ack) ? localInitial : default);
            once.Sign(_message, expected);
        }
        else
        {
            TrafficKey traffic = _receiveKeys[index] ??= TrafficKey.Derive(key, _remote, _local, remoteInitial, localInitial);
            traffic.Sign(_message, expected);
        }
        if (!CryptographicOperations.FixedTimeEquals(expected, signature)) return TcpDropReason.BadAuthentication;
        if (!isSyn) _received.Note(header.Sequence);
        if (!IsMd5) Follow(value[1]);
        return null;
    }

    public void Dispose()
    {
        foreach (TrafficKey? key in _sendKeys) key?.Dispose();
        foreach (TrafficKey? key in _receiveKeys) key?.Dispose();
    }

    // RFC 5925 §7.5: the peer asks for another key, and we have it.
    private void Follow(byte requestedId)
    {
        if (requestedId == _keys[_current].SendId) return;
        for (int i = 0; i < _keys.Length; i++)
            if (_keys[i].SendId == requestedId) _current = i;
    }

    private int IndexOfReceiveId(byte id)
    {
        for (int i = 0; i < _keys.Length; i++)
            if (_keys[i].ReceiveId == id) return i;
        return -1;
    }

    // Two options of the kind contradict each other (RFC 5925 §2.2).
    private bool TryFindOption(in TcpHeader header, out ReadOnlySpan<byte> value)
    {
        value = default;
        bool isFound = false;
        TcpOptionKind wanted = IsMd5 ? TcpOptionKind.Md5Signature : TcpOptionKind.Authentication;
        TcpOptionReader reader = new(header.Options);
        while (reader.TryRead(out TcpOptionKind kind, out ReadOnlySpan<byte> candidate))
        {
            if (kind != wanted) continue;
            if (isFound || candidate.Length < 2) return false;
            value = candidate;
            isFound = true;
        }
        return isFound;
    }
}
