using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;

namespace StackSharp.Tests.Architecture.Compiled;

/// <summary>Finds the metadata tokens in a method body; everything else is stepped over by its operand's size (ECMA-335 §III).</summary>
internal static class IntermediateLanguage
{
    private const byte TwoBytePrefix = 0xFE;

    private static readonly Dictionary<int, OperandType> Operands = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value & 0xFFFF, code => code.OperandType);

    public static IReadOnlyList<int> Tokens(BlobReader code)
    {
        List<int> tokens = [];
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            if (value == TwoBytePrefix) value = (value << 8) | code.ReadByte();
            OperandType operand = Operands[value];
            if (operand is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineSig or OperandType.InlineTok or OperandType.InlineType)
            {
                tokens.Add(code.ReadInt32());
                continue;
            }
            int size = operand == OperandType.InlineSwitch ? code.ReadInt32() * sizeof(int) : SizeOf(operand);
            code.Offset += size;   // Not in one expression: it would take the offset before the count of targets was read.
        }
        return tokens;
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineBrTarget or OperandType.InlineI or OperandType.InlineString or OperandType.ShortInlineR => 4,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => throw new BadImageFormatException($"Unknown operand {operand}."),
    };
}
