using System.Threading.Tasks;
using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;
using StackSharp.Stack.Transport.Echo;

namespace StackSharp.Hosting;

/// <summary>Hears the answer to one ping.</summary>
internal sealed class EchoWaiter : IEndpointOwner
{
    private readonly TaskCompletionSource<EchoReply> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<EchoReply> Reply => _reply.Task;

    /// <summary>The host ends: no answer comes any more.</summary>
    public void Abandon() => _reply.TrySetException(new ObjectDisposedException(nameof(StackHost)));

    public void OnEvents(TransportEndpoint endpoint, EndpointEvents events, Instant now, ref CompletionBatch completions)
    {
        // Completed asynchronously: no user code runs here.
        if (((EchoEndpoint)endpoint).TryReceive(out EchoReply reply)) _reply.TrySetResult(reply);
    }
}
