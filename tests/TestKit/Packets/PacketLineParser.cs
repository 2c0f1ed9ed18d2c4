using System.Globalization;
using StackSharp.Stack.Wire;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Tests.TestKit.Packets;

/// <summary>Reads one packet line from left to right; the first thing that does not fit ends it with the place.</summary>
internal sealed class PacketLineParser(string line)
{
    /// <summary>Ten years: more than any scenario lasts, and far from where <see cref="TimeSpan"/> would overflow.</summary>
    private const decimal MaximumSeconds = 315_360_000;

    private int _position;

    public PacketLine Parse()
    {
        SkipSpaces();
        PacketTime time = ReadTime();
        PacketDirection direction = ReadDirection();
        EcnCodepoint? ecn = ReadEcn();
        TcpControlBits flags = ReadFlags();
        (uint start, int length) = ReadRange();
        uint? acknowledgment = ReadAcknowledgment(flags);
        ushort? window = TryWord("win") ? (ushort)ReadNumber("a window", ushort.MaxValue) : null;
        ushort? urgent = TryWord("urg") ? (ushort)ReadNumber("an urgent pointer", ushort.MaxValue) : null;
        IReadOnlyList<PacketOption>? options = ReadOptions();
        SkipSpaces();
        if (_position < line.Length) throw Error("nothing more was expected");
        return new PacketLine
        {
            Time = time,
            Direction = direction,
            Ecn = ecn,
            Flags = flags,
            Start = start,
            Length = length,
            Acknowledgment = acknowledgment,
            Window = window,
            Urgent = urgent,
            Options = options,
        };
    }

    private PacketTime ReadTime()
    {
        if (TryCharacter('*')) return PacketTime.Any;
        TimeSpan earliest = ReadDelay();
        if (!TryCharacter('~')) return PacketTime.After(earliest);
        int start = _position;
        TimeSpan latest = ReadDelay();
        if (latest < earliest) throw ErrorAt(start, "the end of a time range lies before its start");
        return new PacketTime(earliest, latest);
    }

    private TimeSpan ReadDelay()
    {
        if (!TryCharacter('+')) throw Error("expected a time: '+seconds', a range '+a~+b', or '*'");
        int start = _position;
        while (_position < line.Length && (char.IsAsciiDigit(line[_position]) || line[_position] == '.')) _position++;
        if (!decimal.TryParse(line.AsSpan(start, _position - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds))
            throw ErrorAt(start, "expected seconds after '+'");
        if (seconds > MaximumSeconds) throw ErrorAt(start, "a time is longer than ten years");
        return TimeSpan.FromTicks((long)(seconds * TimeSpan.TicksPerSecond));
    }

    private PacketDirection ReadDirection()
    {
        SkipSpaces();
        if (TryCharacter('<')) return PacketDirection.Inject;
        if (TryCharacter('>')) return PacketDirection.Expect;
        throw Error("expected '<' (inject) or '>' (expect)");
    }

    private EcnCodepoint? ReadEcn()
    {
        SkipSpaces();
        int start = _position;
        if (!TryCharacter('[')) return null;
        EcnCodepoint ecn = PacketNotation.EcnOf(ReadWord()) ?? throw ErrorAt(start, "expected [noecn], [ect0], [ect1] or [ce]");
        Require(']', "']' after the ECN bits");
        return ecn;
    }

    private TcpControlBits ReadFlags()
    {
        SkipSpaces();
        if (TryCharacter('-')) return TcpControlBits.None;
        TcpControlBits flags = TcpControlBits.None;
        int start = _position;
        while (_position < line.Length && line[_position] != ' ')
        {
            TcpControlBits flag = PacketNotation.FlagOf(line[_position]) ?? throw Error("expected a flag: one of S F R P U E W A, '.' for ACK, or '-' for none");
            if ((flags & flag) != 0) throw Error("this flag is there twice");
            flags |= flag;
            _position++;
        }
        return _position > start ? flags : throw Error("expected flags: S F R P U E W A, '.' for ACK, or '-' for none");
    }

    private (uint Start, int Length) ReadRange()
    {
        SkipSpaces();
        int position = _position;
        uint start = ReadNumber("a sequence number", uint.MaxValue);
        Require(':', "':' and the sequence number after the last octet");
        uint end = ReadNumber("the sequence number after the last octet", uint.MaxValue);
        Require('(', "'(' and the count of octets");
        uint length = ReadNumber("the count of octets", ushort.MaxValue);
        Require(')', "')' after the count of octets");
        if (unchecked(end - start) != length)
            throw ErrorAt(position, string.Create(CultureInfo.InvariantCulture, $"{start}:{end} are {unchecked(end - start)} octets, not {length}"));
        return (start, (int)length);
    }

    private uint? ReadAcknowledgment(TcpControlBits flags)
    {
        bool flagged = (flags & TcpControlBits.Ack) != 0;
        if (!TryWord("ack")) return flagged ? throw Error("expected 'ack', since the flags contain '.'") : null;
        return flagged ? ReadNumber("an acknowledgment number", uint.MaxValue) : throw Error("'ack' needs the flag '.'");
    }

    private List<PacketOption>? ReadOptions()
    {
        SkipSpaces();
        List<PacketOption> options = [];
        if (!TryCharacter('<')) return options;
        if (line.AsSpan(_position).StartsWith("...>"))
        {
            _position += "...>".Length;
            return null;
        }
        do options.Add(ReadOption());
        while (TryCharacter(','));
        Require('>', "',' or '>' after an option");
        return options;
    }

    private PacketOption ReadOption()
    {
        SkipSpaces();
        int start = _position;
        return ReadWord() switch
        {
            "nop" => new PacketOption.NoOperation(),
            "eol" => new PacketOption.EndOfList(),
            "mss" => new PacketOption.MaximumSegmentSize((ushort)ReadNumber("a segment size", ushort.MaxValue)),
            "wscale" => new PacketOption.WindowScale((byte)ReadNumber("a shift", byte.MaxValue)),
            "sackOK" => new PacketOption.SackPermitted(),
            "sack" => new PacketOption.Sack(ReadSackRanges()),
            "TS" => ReadTimestamps(),
            "ECN" => ReadCounts(),
            "FO" => new PacketOption.FastOpen(ReadHexadecimal()),
            "kind" => new PacketOption.Other((byte)ReadNumber("an option kind", byte.MaxValue), ReadHexadecimal()),
            "raw" => new PacketOption.Raw(ReadHexadecimal()),
            _ => throw ErrorAt(start, "expected an option: nop, eol, mss, wscale, sackOK, sack, TS, ECN, FO, kind or raw"),
        };
    }

    private PacketOption.Timestamps ReadTimestamps()
    {
        if (!TryWord("val")) throw Error("expected 'val' after TS");
        uint value = ReadNumber("a timestamp value", uint.MaxValue);
        if (!TryWord("ecr")) throw Error("expected 'ecr' after the timestamp value");
        return new PacketOption.Timestamps(value, ReadNumber("a timestamp echo reply", uint.MaxValue));
    }

    private PacketOption.AccurateEcn ReadCounts()
    {
        const uint Most = (1 << 24) - 1;
        bool isReversed = TryWord("e1b");
        if (!isReversed && !TryWord("e0b")) throw Error("expected 'e0b' or 'e1b' after ECN");
        IReadOnlyList<string> names = PacketOption.AccurateEcn.Names(isReversed);
        List<uint> counts = [ReadNumber("a count of octets", Most)];
        while (counts.Count < names.Count && TryWord(names[counts.Count])) counts.Add(ReadNumber("a count of octets", Most));
        return new PacketOption.AccurateEcn(isReversed, counts);
    }

    private List<SackRange> ReadSackRanges()
    {
        List<SackRange> ranges = [];
        do
        {
            uint left = ReadNumber("the left edge of a SACK block", uint.MaxValue);
            Require(':', "':' and the right edge of the SACK block");
            ranges.Add(new SackRange(left, ReadNumber("the right edge of a SACK block", uint.MaxValue)));
            SkipSpaces();
        }
        while (_position < line.Length && char.IsAsciiDigit(line[_position]));
        return ranges;
    }

    private string ReadHexadecimal()
    {
        SkipSpaces();
        int start = _position;
        while (_position < line.Length && char.IsAsciiHexDigit(line[_position])) _position++;
        if ((_position - start) % 2 != 0) throw ErrorAt(start, "hexadecimal digits come in pairs");
#pragma warning disable CA1308 // Lower case is the notation's.
        return line[start.._position].ToLowerInvariant();
#pragma warning restore CA1308
    }

    private uint ReadNumber(string what, uint maximum)
    {
        SkipSpaces();
        int start = _position;
        while (_position < line.Length && char.IsAsciiDigit(line[_position])) _position++;
        if (_position == start) throw Error($"expected {what}");
        if (!uint.TryParse(line.AsSpan(start, _position - start), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) || number > maximum)
            throw ErrorAt(start, string.Create(CultureInfo.InvariantCulture, $"{what} is at most {maximum}"));
        return number;
    }

    private string ReadWord()
    {
        int start = _position;
        while (_position < line.Length && char.IsAsciiLetterOrDigit(line[_position])) _position++;
        return line[start.._position];
    }

    /// <summary>Takes the word if it comes next as a whole, so that <c>wins</c> is not <c>win</c>.</summary>
    private bool TryWord(string word)
    {
        SkipSpaces();
        int start = _position;
        if (ReadWord() == word) return true;
        _position = start;
        return false;
    }

    private void Require(char character, string what)
    {
        if (!TryCharacter(character)) throw Error($"expected {what}");
    }

    private bool TryCharacter(char character)
    {
        if (_position >= line.Length || line[_position] != character) return false;
        _position++;
        return true;
    }

    private void SkipSpaces()
    {
        while (_position < line.Length && line[_position] == ' ') _position++;
    }

    private PacketLineException Error(string problem) => ErrorAt(_position, problem);

    private PacketLineException ErrorAt(int position, string problem) => new(line, position, problem);
}
