using StackSharp.Stack.Transport;

namespace StackSharp.Hosting;

/// <summary>Hears what happens at a socket, under the host's lock, after the calls that wait there have had their share.</summary>
internal interface ISocketObserver
{
    /// <param name="events">None: something of the socket's own has changed, as when a send that had the room is through.</param>
    void OnSocketEvents(EndpointEvents events, ref CompletionBatch completions);
}
