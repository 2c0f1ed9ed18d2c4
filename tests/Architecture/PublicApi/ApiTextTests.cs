using Xunit;

namespace StackSharp.Tests.Architecture.PublicApi;

/// <summary>The text of a surface, shown on the types below.</summary>
public sealed class ApiTextTests
{
    [Fact]
    public void Declarations_are_written_as_in_the_language() => Assert.Equal(
        """
        namespace StackSharp.Tests.Architecture.PublicApi

        public abstract class ApiTextTests.Base<T> : IDisposable where T : class, new()
            protected readonly T? Field
            public const int Constant = 5
            protected Base(T first, string? second = null)
            protected T? Both { get; set; }
            public int Half { get; protected set; }
            public string this[int index] { get; }
            public event EventHandler? Changed
            protected abstract void Work(in int input, out long output, ref byte both)
            public static TResult Convert<TResult>(List<string?> list, params int[] rest) where TResult : unmanaged
            public virtual void Dispose()

        public flags enum ApiTextTests.Bits : byte
            None = 0
            One = 1

        public sealed class ApiTextTests.Derived : ApiTextTests.Base<object>
            public Derived()
            protected override void Work(in int input, out long output, ref byte both)

        public interface ApiTextTests.ISink
            int Depth { get; }
            void Take(ReadOnlySpan<byte> bytes)

        public readonly record struct ApiTextTests.Point
            public Point(int X, int? Y)
            public int X { get; init; }
            public int? Y { get; init; }
            public static ApiTextTests.Point op_Addition(ApiTextTests.Point left, ApiTextTests.Point right)

        public delegate bool ApiTextTests.Test<T>(T value)

        public ref struct ApiTextTests.View
            public ReadOnlySpan<byte> Bytes
            public ref readonly byte First()

        """.ReplaceLineEndings("\n"),
        ApiText.Of([typeof(View), typeof(Base<>), typeof(Derived), typeof(Bits), typeof(ISink), typeof(Point), typeof(Test<>)]));

    [Fact]
    public void Internal_members_are_not_shown() =>
        Assert.DoesNotContain("Hidden", ApiText.Of([typeof(Base<>)]), StringComparison.Ordinal);

#pragma warning disable CA1000, CA1816 // Made to be printed.
    public abstract class Base<T>(T first, string? second = null) : IDisposable
        where T : class, new()
    {
        public const int Constant = 5;

        protected readonly T? Field = second is null ? first : null;

        public event EventHandler? Changed;

        public int Half { get; protected set; }

        protected T? Both { get; set; }

        internal int Hidden { get; set; }

        public string this[int index] => "";

        public static TResult Convert<TResult>(List<string?> list, params int[] rest)
            where TResult : unmanaged => list.Count > rest.Length ? default : new TResult();

        public virtual void Dispose() => Changed?.Invoke(this, EventArgs.Empty);

        protected abstract void Work(in int input, out long output, ref byte both);
    }

    public sealed class Derived() : Base<object>(new object())
    {
        protected override void Work(in int input, out long output, ref byte both) => output = input;
    }

    [Flags]
    public enum Bits : byte
    {
        None,
        One,
    }

    public interface ISink
    {
        int Depth { get; }

        void Take(ReadOnlySpan<byte> bytes);
    }

    public readonly record struct Point(int X, int? Y)
    {
        public static Point operator +(Point left, Point right) => new(left.X + right.X, null);
    }

    public delegate bool Test<T>(T value);

    public ref struct View
    {
        public ReadOnlySpan<byte> Bytes;

        public ref readonly byte First() => ref Bytes[0];
    }
}
