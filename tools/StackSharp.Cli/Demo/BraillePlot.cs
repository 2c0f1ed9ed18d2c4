using System.Text;

namespace StackSharp.Cli.Demo;

/// <summary>A curve in Braille characters: each holds two columns of four dots.</summary>
internal static class BraillePlot
{
    private const int DotsPerRow = 4;
    private const int DotsPerColumn = 2;
    private const char Blank = '\u2800';

    // Unicode numbers the dots of a cell down the left column, then the right one, the bottom row last.
    private static readonly int[,] DotBits = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    /// <summary>Draws values over equal steps of time, filled down to zero.</summary>
    /// <param name="values">One for each dot column that is to be drawn: see <see cref="Columns"/>.</param>
    /// <param name="maximum">The value of the top.</param>
    /// <param name="rows">Lines of text.</param>
    public static IReadOnlyList<string> Draw(IReadOnlyList<double> values, double maximum, int rows)
    {
        int width = (values.Count + DotsPerColumn - 1) / DotsPerColumn;
        char[][] cells = [.. Enumerable.Range(0, rows).Select(_ => Enumerable.Repeat(Blank, width).ToArray())];
        int height = rows * DotsPerRow;
        for (int column = 0; column < values.Count; column++)
        {
            int dots = maximum <= 0 ? 0 : (int)Math.Round(Math.Clamp(values[column] / maximum, 0, 1) * height);
            for (int dot = 0; dot < dots; dot++)
            {
                int fromTop = height - 1 - dot;
                cells[fromTop / DotsPerRow][column / DotsPerColumn] |= (char)DotBits[fromTop % DotsPerRow, column % DotsPerColumn];
            }
        }

        return [.. cells.Select(row => new StringBuilder().Append(row).ToString())];
    }

    /// <summary>Brings samples at any times to one value per dot column: the highest within it, or the last before it.</summary>
    /// <param name="columns">Characters wide.</param>
    public static IReadOnlyList<double> Columns(IReadOnlyList<(TimeSpan Time, double Value)> samples, TimeSpan end, int columns)
    {
        int dots = columns * DotsPerColumn;
        double[] values = new double[dots];
        int next = 0;
        double current = 0;
        for (int dot = 0; dot < dots; dot++)
        {
            TimeSpan moment = end * ((dot + 1.0) / dots);
            double highest = double.NegativeInfinity;
            for (; next < samples.Count && samples[next].Time <= moment; next++)
            {
                current = samples[next].Value;
                highest = Math.Max(highest, current);
            }

            values[dot] = Math.Max(highest, current);
        }

        return values;
    }
}
