using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using StackSharp.Net;

namespace StackSharp.AspNetCore;

/// <summary>
/// A connection of the stack as a pair of pipes. A receive loop copies octets from the socket into pooled memory, once;
/// a send loop hands the application's memory to the socket as it is. Either loop runs on whatever thread makes it ready.
/// </summary>
public sealed partial class StackConnectionContext : ConnectionContext,
    IConnectionIdFeature, IConnectionTransportFeature, IConnectionItemsFeature, IConnectionLifetimeFeature, IConnectionEndPointFeature, IMemoryPoolFeature
{
    private readonly StackSocket _socket;
    private readonly StackTransportOptions _options;
    private readonly ILogger _logger;
    private readonly PipeEnds _application;
    private readonly PipeEnds _wire;
    private readonly CancellationTokenSource _closed = new();
    private readonly Lock _ending = new();
    private string? _id;
    private IDictionary<object, object?>? _items;
    private Task _receiving = Task.CompletedTask;
    private Task _sending = Task.CompletedTask;

    private StackConnectionContext(StackSocket socket, StackTransportOptions options, MemoryPool<byte> pool, ILogger logger)
    {
        _socket = socket;
        _options = options;
        _logger = logger;
        MemoryPool = pool;
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = socket.RemoteEndPoint;
        ConnectionClosed = _closed.Token;

        // The loops themselves never wait for anything but the socket and the pipes, so they may run on any thread;
        // only the application is sent elsewhere.
        Pipe input = new(PipeLimits(pool, readers: options.ApplicationScheduler, writers: PipeScheduler.Inline, options.MaxReadBufferSize));
        Pipe output = new(PipeLimits(pool, readers: PipeScheduler.Inline, writers: options.ApplicationScheduler, options.MaxWriteBufferSize));
        _application = new PipeEnds(input.Reader, output.Writer);
        _wire = new PipeEnds(output.Reader, input.Writer);
        Transport = _application;

        FeatureCollection features = new(8);
        features.Set<IConnectionIdFeature>(this);
        features.Set<IConnectionTransportFeature>(this);
        features.Set<IConnectionItemsFeature>(this);
        features.Set<IConnectionLifetimeFeature>(this);
        features.Set<IConnectionEndPointFeature>(this);
        features.Set<IMemoryPoolFeature>(this);
        Features = features;
    }

    public override string ConnectionId
    {
        get => _id ??= $"{RemoteEndPoint} -> {LocalEndPoint}";
        set => _id = value;
    }

    public override IFeatureCollection Features { get; }

    public override IDictionary<object, object?> Items
    {
        get => _items ??= new ConnectionItems();
        set => _items = value;
    }

    /// <summary>What the application reads from and writes to.</summary>
    public override IDuplexPipe Transport { get; set; }

    /// <summary>Fires when the connection has ended; at the peer's FIN unless <see cref="StackTransportOptions.KeepHalfOpen"/> is set.</summary>
    public override CancellationToken ConnectionClosed { get; set; }

    public override EndPoint? LocalEndPoint { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public MemoryPool<byte> MemoryPool { get; }

    internal static StackConnectionContext Start(StackSocket socket, StackTransportOptions options, MemoryPool<byte> pool, ILogger logger)
    {
        socket.NoDelay = options.NoDelay;
        StackConnectionContext connection = new(socket, options, pool, logger);
        connection._receiving = connection.ReceiveAsync();
        connection._sending = connection.SendAsync();
        return connection;
    }

    private static PipeOptions PipeLimits(MemoryPool<byte> pool, PipeScheduler readers, PipeScheduler writers, long? limit)
    {
        // 0 is the pipe's way to say that there is no limit; a limit of 0 octets would never let anything through.
        long pause = limit is long octets ? Math.Max(octets, 1) : 0;
        return new PipeOptions(pool, readers, writers, pause, pause / 2, useSynchronizationContext: false);
    }

    private sealed record PipeEnds(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
