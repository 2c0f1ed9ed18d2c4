using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using StackSharp.Hosting;

namespace StackSharp.AspNetCore;

/// <summary>Puts Kestrel, and clients made of ASP.NET Core connections, on a stack.</summary>
public static class StackSharpExtensions
{
    /// <summary>Lets Kestrel listen on a stack instead of the operating system's sockets.</summary>
    /// <remarks>
    /// The stack stays the caller's: dispose it after the web host. Call it once for each stack that the server listens on,
    /// and name the stack with <see cref="StackEndPoint"/> where there are several.
    /// </remarks>
    public static IWebHostBuilder UseStackSharp(this IWebHostBuilder builder, StackHost host, Action<StackTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services => services.AddStackSharpTransport(host, configure));
    }

    /// <summary>Registers a stack's listener factory and connection factory.</summary>
    public static IServiceCollection AddStackSharpTransport(
        this IServiceCollection services, StackHost host, Action<StackTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(host);
        StackTransportOptions chosen = new();
        configure?.Invoke(chosen);
        IOptions<StackTransportOptions> options = Options.Create(chosen);

        // Kestrel asks the factory that was registered last first, so this one comes before the operating system's.
        services.AddSingleton<IConnectionListenerFactory>(provider => new StackTransportFactory(
            host, options, provider.GetService<ILoggerFactory>(), provider.GetService<IMemoryPoolFactory<byte>>()));
        services.TryAddSingleton<IConnectionFactory>(provider => new StackConnectionFactory(host, options, provider.GetService<ILoggerFactory>()));
        return services;
    }
}
