using StackSharp.Stack.Buffers;
using StackSharp.Stack.Time;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Udp;

namespace StackSharp.Stack.Transport.Udp;

/// <content>Sending.</content>
public sealed partial class UdpEndpoint
{
    /// <summary>Payload up to this length travels behind the header, in the frame's own memory.</summary>
    private const int InlinePayloadBytes = 64;

    private const int MaximumIpv4Payload = 65535 - 20 - UdpHeader.Size;
    private const int LargestIpv4Header = 60;

    /// <summary>Datagrams in one large frame: what Linux takes (UDP_MAX_SEGMENTS).</summary>
    private const int MostSegments = 64;

    private TransportPath? _path;
    private TransportPath? _lastPath;
    private IpAddress _lastPathLocal;
    private int _lastPathInterface;

    /// <summary>Sends one datagram, or with <see cref="UdpSocketOptions.SendSegmentBytes"/> several, copying the payload. Binds if need be.</summary>
    /// <param name="destination">Null: the connected peer.</param>
    /// <returns>
    /// NotConnected: neither destination nor peer. AccessDenied: broadcast without permission. MessageSize: over 65,507 octets (IPv4),
    /// or over the path's MTU with DontFragment. NetworkUnreachable, HostUnreachable, NoBufferSpaceAvailable. An error that
    /// ICMP reported for an earlier datagram of a connected endpoint is reported by receiving, not here. Of several datagrams those before
    /// the one that met the error have been sent.
    /// </returns>
    public TransportError Send(ReadOnlySpan<byte> payload, IpEndpoint? destination, Instant now)
    {
        TransportError error = Prepare(payload.Length, destination, out IpEndpoint remote, out TransportPath? path);
        if (error != TransportError.None) return error;
        if (IsCut(payload.Length))
        {
            if (_layer.Network.TryRentBuffer(payload.Length, BufferUse.Progress, "udp send") is not { } large) return TransportError.NoBufferSpaceAvailable;
            payload.CopyTo(large.Storage);
            return SendSegments(new PacketSlice(large, 0, payload.Length), remote, path!, now);
        }
        if (_layer.Network.TryRentFrame() is not { } frame) return TransportError.NoBufferSpaceAvailable;
        if (payload.Length <= InlinePayloadBytes) payload.CopyTo(frame.Prepend(payload.Length));
        else if (_layer.Network.TryRentBuffer(payload.Length, BufferUse.Progress, "udp send") is { } buffer)
        {
            payload.CopyTo(buffer.Storage);
            frame.Append(new PacketSlice(buffer, 0, payload.Length));
        }
        else
        {
            frame.Release();
            return TransportError.NoBufferSpaceAvailable;
        }
        return Send(frame, payload, remote, path!, 0, now);
    }

    /// <summary>Sends one datagram, or several, whose payload is in a buffer from the stack's pool; takes over the reference.</summary>
    /// <returns>As the other overload.</returns>
    public TransportError Send(PacketSlice payload, IpEndpoint? destination, Instant now)
    {
        TransportError error = Prepare(payload.Length, destination, out IpEndpoint remote, out TransportPath? path);
        if (error == TransportError.None && IsCut(payload.Length)) return SendSegments(payload, remote, path!, now);
        TransmitFrame? frame = error == TransportError.None ? _layer.Network.TryRentFrame() : null;
        if (frame is null)
        {
            payload.Buffer?.Release();
            return error == TransportError.None ? TransportError.NoBufferSpaceAvailable : error;
        }
        ReadOnlySpan<byte> bytes = payload.Length == 0 ? default : payload.Span;
        if (payload.Length > 0) frame.Append(payload);
        else payload.Buffer?.Release();
        return Send(frame, bytes, remote, path!, 0, now);
    }

    private bool IsCut(int length) => Options.SendSegmentBytes > 0 && length > Options.SendSegmentBytes;

    // In as few frames as the device cuts, all referring to the same memory. The payload's reference is used up.
    private TransportError SendSegments(PacketSlice payload, in IpEndpoint remote, TransportPath path, Instant now)
    {
        int segment = Options.SendSegmentBytes;
        int headers = UdpHeader.Size + LargestIpv4Header;
        // What leaves as fragments, or without checksum, is for no device to cut.
        bool isDevicesWork = !Options.NoChecksum && headers + segment <= path.MaximumTransmissionUnit && headers + payload.Length <= path.UdpSegmentationBytes;
        int most = isDevicesWork ? segment * MostSegments : segment;
        TransportError error = TransportError.None;
        for (int position = 0; position < payload.Length && error == TransportError.None; position += most)
        {
            int count = Math.Min(most, payload.Length - position);
            if (_layer.Network.TryRentFrame() is not { } frame)
            {
                error = TransportError.NoBufferSpaceAvailable;
                break;
            }
            PacketSlice part = new(payload.Buffer.AddReference(), payload.Offset + position, count);
            frame.Append(part);
            error = Send(frame, part.Span, remote, path, count > segment ? segment : 0, now);
        }
        payload.Buffer.Release();
        return error;
    }

    private TransportError Prepare(int length, IpEndpoint? destination, out IpEndpoint remote, out TransportPath? path)
    {
        path = null;
        remote = destination ?? _remote;
        if (_isClosed) return TransportError.InvalidArgument;
        if (destination is null && !IsConnected) return TransportError.NotConnected;
        if (remote.Port == 0 || remote.Address.IsUnspecified) return TransportError.AddressNotAvailable;
        if (length > MaximumIpv4Payload) return TransportError.MessageSize;
        if (!Options.Broadcast && _layer.Network.IsBroadcastAddress(remote.Address)) return TransportError.AccessDenied;
        if (_binding is null)
        {
            TransportError error = Bind(new IpEndpoint(Unspecified(remote.Address), 0), PortSharing.Default);
            if (error != TransportError.None) return error;
        }
        if (IsConnected && remote.Address == _remote.Address && _path is { IsValid: true })
        {
            path = _path;
            return TransportError.None;
        }
        return FindPath(_local.Address, remote.Address, out path);
    }

    private TransportError FindPath(in IpAddress local, in IpAddress remote, out TransportPath? path)
    {
        bool isGroup = remote.IsMulticast || _layer.Network.IsBroadcastAddress(remote);
        int interfaceIndex = isGroup ? Options.MulticastInterface : 0;
        // A group or broadcast address is one to receive at, never one to send from (RFC 1122 §3.2.1.3).
        bool isNoSource = local.IsMulticast || _layer.Network.IsBroadcastAddress(local);
        IpAddress source = isNoSource ? Unspecified(remote) : local;
        if (_lastPath is { IsValid: true } last && last.RemoteAddress == remote && _lastPathLocal == source && _lastPathInterface == interfaceIndex)
        {
            path = last;
            return TransportError.None;
        }
        TransportError error = _layer.Network.TryGetPath(source, remote, interfaceIndex, out path);
        if (error != TransportError.None) return error;
        _lastPath = path;
        _lastPathLocal = source;
        _lastPathInterface = interfaceIndex;
        return TransportError.None;
    }

    /// <param name="segmentBytes">For the device to cut the payload by; 0: not to be cut.</param>
    private TransportError Send(TransmitFrame frame, ReadOnlySpan<byte> payload, in IpEndpoint remote, TransportPath path, int segmentBytes, Instant now)
    {
        Span<byte> header = frame.Prepend(UdpHeader.Size);
        UdpWriter.Write(header, _local.Port, remote.Port, payload.Length);
        if (!(Options.NoChecksum && remote.Address.IsIpv4))
        {
            int length = UdpHeader.Size + payload.Length;
            // The device completes whole packets only: what will be cut is summed here.
            if (path.DeviceCompletesChecksum && (segmentBytes > 0 || length + LargestIpv4Header <= path.MaximumTransmissionUnit))
            {
                UdpWriter.SetChecksum(header, (ushort)InternetChecksum.PseudoHeader(path.LocalAddress, remote.Address, IpProtocol.Udp, length));
                SegmentationKind kind = segmentBytes > 0 ? SegmentationKind.Udp : SegmentationKind.None;
                frame.Offload = new TransmitOffload(true, 0, UdpWriter.ChecksumOffset, kind, (ushort)segmentBytes, 0);
            }
            else UdpWriter.FillChecksum(header, path.LocalAddress, remote.Address, InternetChecksum.Sum(payload), payload.Length);
        }
        NetworkSendOptions options = new(
            (byte)IpProtocol.Udp,
            remote.Address.IsMulticast ? Options.MulticastHopLimit : Options.HopLimit,
            Options.TrafficClass,
            Options.DontFragment,
            Options.MulticastLoop,
            Options.NetworkOptions);
        TransportError error = _layer.Network.Send(path, frame, options, now);
        if (error == TransportError.None) _layer.Statistics.OutDatagrams += segmentBytes > 0 ? (payload.Length + segmentBytes - 1) / segmentBytes : 1;
        return error;
    }

    // What was quoted has the ports of this endpoint, so it is likely to be genuine (RFC 5927 §4.1).
    private void LowerPathMtu(in NetworkProblem problem)
    {
        if (_layer.Network.TryGetPath(problem.Local, problem.Remote, 0, out TransportPath? path) == TransportError.None)
            path!.LowerMaximumTransmissionUnit(problem.MaximumTransmissionUnit);
    }
}
