using System.CommandLine;

namespace StackSharp.Cli.Link;

/// <summary>An option that holds for both directions, and its two forms for one: <c>--loss</c>, <c>--loss-ab</c>, <c>--loss-ba</c>.</summary>
internal sealed class DirectionOption<T>
{
    private readonly Option<T> _both;
    private readonly Option<T> _forward;
    private readonly Option<T> _backward;

    /// <param name="name">Of the form for both.</param>
    /// <param name="create">Makes the option of a name.</param>
    public DirectionOption(string name, Func<string, Option<T>> create)
    {
        _both = create(name);
        _forward = create(name + "-ab");
        _backward = create(name + "-ba");

        // The help says once that they exist: three lines for each impairment would hide what there is.
        _forward.Hidden = true;
        _backward.Hidden = true;
    }

    public void AddTo(Command command)
    {
        command.Add(_both);
        command.Add(_forward);
        command.Add(_backward);
    }

    /// <summary>What holds from A to B, or from B to A; the default of <typeparamref name="T"/> where nothing is said.</summary>
    public T? Read(ParseResult parsed, bool forward)
    {
        Option<T> own = forward ? _forward : _backward;
        return parsed.GetResult(own) is null ? parsed.GetValue(_both) : parsed.GetValue(own);
    }
}
