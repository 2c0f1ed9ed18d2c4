using System.IO;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace StackSharp.Cli.Web;

/// <summary>Stores what is PUT, inside one folder and nowhere else, and so that a file is there as a whole or not at all.</summary>
internal sealed class UploadFolder
{
    private const int WriteBufferBytes = 256 << 10;
    private readonly string _root;

    /// <param name="root">The folder; symbolic links in its own path are followed once, now.</param>
    public UploadFolder(string root) => _root = RealPath(root);

    /// <summary>Streams the body to a temporary file beside its place, then renames it.</summary>
    /// <returns>
    /// 201: new; 204: replaced; 400: no usable name, or a range; 403: outside the folder; 409: the parent folder is
    /// missing, or the name is a folder's; 507: the disk is full.
    /// </returns>
    public async Task<int> StoreAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        // A server that does not do partial PUT must refuse one (RFC 9110 §9.3.4).
        if (request.Headers.ContainsKey("Content-Range")) return StatusCodes.Status400BadRequest;
        int refusal = Locate(request.Path.Value ?? "/", out string target);
        if (refusal != 0) return refusal;

        bool existed = File.Exists(target);
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.part");
        try
        {
            await using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, WriteBufferBytes))
            {
                await request.BodyReader.CopyToAsync(file, cancellationToken);
            }

            File.Move(temporary, target, overwrite: true);
            return existed ? StatusCodes.Status204NoContent : StatusCodes.Status201Created;
        }
        catch (IOException full) when (IsDiskFull(full))
        {
            return StatusCodes.Status507InsufficientStorage;
        }
        catch (UnauthorizedAccessException)
        {
            return StatusCodes.Status403Forbidden;
        }
        finally
        {
            File.Delete(temporary);   // Gone already when all went well.
        }
    }

    /// <summary>Finds the file that a request path names.</summary>
    /// <returns>0, or the status code of the refusal.</returns>
    internal int Locate(string requestPath, out string target)
    {
        target = "";
        string[] segments = requestPath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (segments.Length == 0 || requestPath.EndsWith('/')) return StatusCodes.Status409Conflict;

        // ".." and files with a leading dot, which are never served either; a backslash would separate on Windows.
        foreach (string segment in segments)
            if (segment.StartsWith('.') || segment.IndexOfAny(['\\', '\0', ':']) >= 0) return StatusCodes.Status403Forbidden;

        string wanted = Path.GetFullPath(Path.Combine([_root, .. segments]));
        string parent = Path.GetDirectoryName(wanted)!;
        if (!IsInside(wanted)) return StatusCodes.Status403Forbidden;
        if (!Directory.Exists(parent) || Directory.Exists(wanted)) return StatusCodes.Status409Conflict;

        // A link in the folder may lead out of it: what counts is where the parent really is.
        if (!IsInside(Path.Combine(RealPath(parent), segments[^1]))) return StatusCodes.Status403Forbidden;
        target = wanted;
        return 0;
    }

    private static bool IsDiskFull(IOException failure)
    {
        const int NoSpaceLeftOnDevice = 28;
        const int WindowsDiskFull = unchecked((int)0x80070070);
        return failure.HResult is NoSpaceLeftOnDevice or WindowsDiskFull;
    }

    private static string RealPath(string folder)
    {
        string path = Path.GetPathRoot(Path.GetFullPath(folder))!;
        foreach (string segment in Path.GetFullPath(folder)[path.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            DirectoryInfo next = new(Path.Combine(path, segment));
            path = next.ResolveLinkTarget(returnFinalTarget: true) is { } end ? RealPath(end.FullName) : next.FullName;
        }

        return path;
    }

    private bool IsInside(string path) => path.StartsWith(_root.TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
