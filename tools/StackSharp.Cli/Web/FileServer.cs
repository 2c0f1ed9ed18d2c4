using System.IO;
using System.Net;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace StackSharp.Cli.Web;

/// <summary>An HTTP server for the files of one folder: GET with ranges, HEAD, directory listings, and PUT.</summary>
internal static class FileServer
{
    private const string AllowedMethods = "GET, HEAD, PUT";

    /// <summary>Starts serving; dispose the result to end it, before the stack.</summary>
    /// <param name="folder">What is served. Files and folders whose names begin with a dot are not.</param>
    /// <param name="useTransport">Says what Kestrel listens on: the stack, or in tests the operating system.</param>
    public static async Task<WebApplication> StartAsync(string folder, IPEndPoint address, Action<IWebHostBuilder> useTransport, CancellationToken cancellationToken)
    {
        string root = Path.GetFullPath(folder);
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = root });
        builder.WebHost.UseKestrelCore();
        useTransport(builder.WebHost);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(address);
        });
        builder.Services.AddDirectoryBrowser();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        WebApplication server = builder.Build();
        PhysicalFileProvider files = new(root);
        server.Lifetime.ApplicationStopped.Register(files.Dispose);
        UploadFolder uploads = new(root);
        server.Use(async (context, next) =>
        {
            if (HttpMethods.IsPut(context.Request.Method))
            {
                context.Response.StatusCode = await uploads.StoreAsync(context.Request, context.RequestAborted);
                return;
            }

            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            {
                context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                context.Response.Headers.Allow = AllowedMethods;
                return;
            }

            await next(context);
        });
        server.UseFileServer(new FileServerOptions
        {
            FileProvider = files,
            EnableDefaultFiles = false,
            EnableDirectoryBrowsing = true,
            StaticFileOptions = { ServeUnknownFileTypes = true, DefaultContentType = "application/octet-stream" },
        });
        server.Run(async context =>
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            context.Response.ContentType = "text/plain";
            await context.Response.WriteAsync("Not found.\n", context.RequestAborted);
        });
        await server.StartAsync(cancellationToken);
        return server;
    }
}
