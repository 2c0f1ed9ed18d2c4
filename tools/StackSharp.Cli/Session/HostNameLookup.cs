using System.Net;
using System.Net.Sockets;
using System.Threading.Tasks;
using StackSharp.Cli.Output;

namespace StackSharp.Cli.Session;

/// <summary>Finds the address of a peer: a literal, or a name that this machine's own resolver knows.</summary>
internal static class HostNameLookup
{
    /// <exception cref="CommandFailure">The name is empty or unknown, or has no IPv4 address.</exception>
    public static async Task<IPAddress> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out IPAddress? literal))
            return literal.AddressFamily == AddressFamily.InterNetwork ? literal : throw new CommandFailure($"{host}: no IPv4 address, and the stack has no IPv6 yet");
        if (host.Length == 0) throw new CommandFailure("the host's name is empty; give an address");
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(host, AddressFamily.InterNetwork, cancellationToken);
            return found.Length > 0 ? found[0] : throw new CommandFailure($"{host} has no IPv4 address");
        }
        catch (SocketException failure)
        {
            throw new CommandFailure($"{host}: name not found; give an address", failure);
        }
    }
}
