namespace StackSharp.Hosting;

/// <summary>Completions in the order in which they came about. Filled under the lock, run after it.</summary>
internal struct CompletionBatch
{
    private Completion? _first;
    private Completion? _last;

    public readonly bool IsEmpty => _first is null;

    public void Add(Completion completion)
    {
        if (_last is null) _first = completion;
        else _last.NextCompletion = completion;
        _last = completion;
    }

    /// <summary>Removes the oldest.</summary>
    public Completion? Take()
    {
        Completion? completion = _first;
        if (completion is null) return null;
        _first = completion.NextCompletion;
        if (_first is null) _last = null;
        completion.NextCompletion = null;
        return completion;
    }
}
