namespace StackSharp.Stack.Wire.Ethernet;
public readonly record struct MacAddress(ulong Value);
