using System.Runtime.InteropServices;

namespace StackSharp.Drivers.Native;

/// <summary>Linux's error numbers, as far as the drivers tell them apart (asm-generic/errno.h; the same on x86, Arm and RISC-V).</summary>
internal static class ErrorNumber
{
    public const int OperationNotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int InputOutput = 5;
    public const int NoSuchDeviceOrAddress = 6;
    public const int BadDescriptor = 9;
    public const int TryAgain = 11;
    public const int NoMemory = 12;
    public const int PermissionDenied = 13;
    public const int BadAddress = 14;
    public const int Busy = 16;
    public const int NoDevice = 19;
    public const int InvalidArgument = 22;
    public const int TooBig = 7;
    public const int BadDescriptorState = 77;
    public const int FamilyNotSupported = 97;
    public const int NetworkIsDown = 100;
    public const int NoBufferSpace = 105;

    /// <summary>The system's words and the number: "Device or resource busy (errno 16)".</summary>
    public static string Describe(int errorNumber) => $"{Marshal.GetPInvokeErrorMessage(errorNumber)} (errno {errorNumber})";
}
