using System.Runtime.InteropServices;
using StackSharp.Packetdrill.Native;
using StackSharp.Packetdrill.Sockets;
using StackSharp.Packetdrill.Wire;

namespace StackSharp.Packetdrill;

/// <summary>The functions of the tool's table: each finds its session, enters it, and turns the result into C's.</summary>
internal static unsafe partial class Callbacks
{
    /// <summary>Writes all of them into a table.</summary>
    public static void Fill(InterfaceTable* table, Session session)
    {
        table->UserData = session.UserData;
        table->Free = &Free;
        FillSockets(table);
        FillTransfer(table);
        FillReadiness(table);
        FillNetwork(table);
    }

    /// <summary>What a call has to say, as C wants it: a negative number goes to errno.</summary>
    public static long Answer(Func<long> call)
    {
        long result;
        try
        {
            result = call();
        }
#pragma warning disable CA1031 // An exception that gets out of here ends the process; so the script fails, and says why.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            LibC.Say(exception.ToString());
            result = -Errno.InputOutput;
        }
        if (result >= 0) return result;
        Marshal.SetLastSystemError((int)-result);
        return -1;
    }

    private static long Enter(nint userData, Func<Session, long> call) =>
        Answer(() =>
        {
            Session session = Session.Of(userData);
            return session.Enter(() => call(session));
        });

    private static long OnSocket(nint userData, int descriptor, Func<TcpSocket, long> call) =>
        Enter(userData, session => session.Find(descriptor) is TcpSocket socket ? call(socket) : -Errno.BadDescriptor);
}
