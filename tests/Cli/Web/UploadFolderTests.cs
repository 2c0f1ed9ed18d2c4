using System.IO;
using StackSharp.Cli.Web;
using Xunit;

namespace StackSharp.Tests.Cli.Web;

public sealed class UploadFolderTests : IDisposable
{
    private readonly DirectoryInfo _place = Directory.CreateTempSubdirectory("stacksharp-test-");
    private readonly string _root;
    private readonly UploadFolder _folder;

    public UploadFolderTests()
    {
        _root = Path.Combine(_place.FullName, "root");
        Directory.CreateDirectory(Path.Combine(_root, "sub"));
        Directory.CreateDirectory(Path.Combine(_place.FullName, "outside"));
        File.CreateSymbolicLink(Path.Combine(_root, "leads-out"), Path.Combine(_place.FullName, "outside"));
        File.CreateSymbolicLink(Path.Combine(_root, "leads-in"), Path.Combine(_root, "sub"));
        _folder = new UploadFolder(_root);
    }

    [Theory]
    [InlineData("/new.bin", "new.bin")]
    [InlineData("/sub/new.bin", "sub/new.bin")]
    [InlineData("//sub//new.bin", "sub/new.bin")]
    [InlineData("/leads-in/new.bin", "leads-in/new.bin")]
    public void A_name_inside_the_folder_is_taken(string path, string expected)
    {
        Assert.Equal(0, _folder.Locate(path, out string target));
        Assert.Equal(Path.Combine(_root, expected), target);
    }

    [Theory]
    [InlineData("/../outside/new.bin")]
    [InlineData("/sub/../../outside/new.bin")]
    [InlineData("/leads-out/new.bin")]
    [InlineData("/.hidden")]
    [InlineData("/sub/..\\..\\new.bin")]
    [InlineData("/a\0b")]
    public void What_leads_out_of_the_folder_or_hides_is_forbidden(string path) => Assert.Equal(403, _folder.Locate(path, out _));

    [Theory]
    [InlineData("/")]
    [InlineData("/sub")]
    [InlineData("/sub/")]
    [InlineData("/nowhere/new.bin")]
    public void A_folder_in_the_way_or_missing_is_a_conflict(string path) => Assert.Equal(409, _folder.Locate(path, out _));

    public void Dispose() => _place.Delete(recursive: true);
}
