using StackSharp.Stack.Time;
using StackSharp.Stack.Transport;

namespace StackSharp.Hosting;

/// <summary>What hangs on a transport endpoint and hears of its events, under the lock.</summary>
internal interface IEndpointOwner
{
    void OnEvents(TransportEndpoint endpoint, EndpointEvents events, Instant now, ref CompletionBatch completions);
}
