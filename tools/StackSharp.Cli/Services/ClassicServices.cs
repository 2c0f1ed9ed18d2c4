using StackSharp.Cli.Iperf3;
using StackSharp.Hosting;

namespace StackSharp.Cli.Services;

/// <summary>Starts the services that were chosen, on their well-known ports. They end with the host.</summary>
internal static class ClassicServices
{
    public static void Start(StackHost host, ServiceSelection services, ServiceStyle style)
    {
        if (style == ServiceStyle.Blocking) BlockingServices.Start(host, services);
        else StartAsynchronous(host, services, style == ServiceStyle.Inline ? CompletionMode.Inline : CompletionMode.ThreadPool);

        // Daytime looks at the clock and closes: nothing there is worth the receive thread's time.
        if (services.Daytime) StreamServer.Start(host, "daytime", TcpDaytime.Port, CompletionMode.ThreadPool, TcpDaytime.ServeAsync);
        if (services.Iperf3) Iperf3Server.Start(host, style == ServiceStyle.Inline ? CompletionMode.Inline : CompletionMode.ThreadPool);
    }

    private static void StartAsynchronous(StackHost host, ServiceSelection services, CompletionMode completions)
    {
        if (services.Echo)
        {
            StreamServer.Start(host, "echo", TcpEcho.Port, completions, TcpEcho.ServeAsync);
            DatagramServer.Start(host, TcpEcho.Port, completions, UdpResponses.Echo);
        }

        if (services.Discard)
        {
            StreamServer.Start(host, "discard", TcpDiscard.Port, completions, TcpDiscard.ServeAsync);
            DatagramServer.Start(host, TcpDiscard.Port, completions, UdpResponses.Discard);
        }

        if (services.Chargen)
        {
            StreamServer.Start(host, "chargen", TcpChargen.Port, completions, TcpChargen.ServeAsync);
            DatagramServer.Start(host, TcpChargen.Port, completions, UdpResponses.Characters);
        }
    }
}
