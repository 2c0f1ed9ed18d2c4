using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace StackSharp.Packetdrill;

/// <content>The tool's network device and its clock.</content>
internal static unsafe partial class Callbacks
{
    private static void FillNetwork(InterfaceTable* table)
    {
        table->SendPacket = &SendPacket;
        table->ReceivePacket = &ReceivePacket;
        table->Sleep = &Sleep;
        table->GetTime = &GetTime;
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Free(nint userData) =>
        Answer(() =>
        {
            Session.Of(userData).Dispose();
            return 0;
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int SendPacket(nint userData, byte* packet, nuint length) =>
        (int)Enter(userData, session =>
        {
            session.OnPacket(new ReadOnlySpan<byte>(packet, (int)length));
            return 0;
        });

    /// <remarks>Length 0 says that no packet will come: the tool then fails the script, where a failure of the call would make it ask again for ever.</remarks>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int ReceivePacket(nint userData, byte* buffer, nuint* length, long* timeMicroseconds) =>
        (int)Answer(() =>
        {
            Session session = Session.Of(userData);
            int octets = 0;
            *timeMicroseconds = 0;
            if (session.TryTakePacket(out SentPacket packet))
            {
                octets = Math.Min(packet.Bytes.Length, (int)*length);
                packet.Bytes.AsSpan(0, octets).CopyTo(new Span<byte>(buffer, octets));
                *timeMicroseconds = packet.At.Microseconds;
            }
            *length = (nuint)octets;
            return 0;
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Sleep(nint userData, uint microseconds) =>
        (int)Answer(() =>
        {
            Session.Of(userData).Sleep(TimeSpan.FromMicroseconds(microseconds));
            return 0;
        });

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int GetTime(nint userData, long* timeval, nint zone) =>
        (int)Answer(() =>
        {
            long microseconds = Session.Of(userData).ReadClock();
            timeval[0] = microseconds / 1_000_000;
            timeval[1] = microseconds % 1_000_000;
            return 0;
        });
}
