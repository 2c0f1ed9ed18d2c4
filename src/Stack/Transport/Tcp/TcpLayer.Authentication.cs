using StackSharp.Stack.Transport.Tcp.Authentication;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Signed SYNs that no connection exists for yet.</content>
public sealed partial class TcpLayer
{
    private SignedMessage? _signedMessage;

    /// <summary>Memory for one message at a time, made with the first signed segment.</summary>
    internal SignedMessage SignedMessage => _signedMessage ??= new SignedMessage();

    private static bool IsSigned(TcpListener? listener, in IpAddress peer) => listener?.Options.AuthenticationKeys?.Covers(peer) ?? false;

    // Of what is no SYN, nothing can be said without a connection (RFC 5925 §7.3): no RST answers it.
    private bool IsAuthenticSyn(TcpListener listener, in TcpHeader header, in TransportDatagram datagram)
    {
        TcpDropReason? reason = TcpDropReason.BadAuthentication;
        if (header.Has(TcpControlBits.Syn) && !header.Has(TcpControlBits.Ack))
        {
            IpEndpoint local = new(datagram.Destination, header.DestinationPort);
            using SegmentAuthentication authentication = new(
                listener.Options.AuthenticationKeys!, local, new IpEndpoint(datagram.Source, header.SourcePort), SignedMessage);
            reason = authentication.Verify(header, default, default);
        }
        if (reason is null) return true;
        Statistics.CountDrop(reason.Value);
        return false;
    }
}
