using StackSharp.Packetdrill.Wire;

namespace StackSharp.Packetdrill.Sockets;

/// <summary>Something that the script knows by a number.</summary>
internal abstract class Descriptor
{
    public const int NonBlockingFlag = 0x800;
    private const int GetFlags = 3;
    private const int SetFlags = 4;
    private const int ReadWrite = 2;

    /// <summary>Calls answer EAGAIN instead of waiting.</summary>
    public bool IsNonBlocking { get; protected set; }

    /// <summary>What poll would say now, asked for everything.</summary>
    public abstract Readiness Readiness { get; }

    /// <summary>fcntl: what of it the scripts use.</summary>
    public long Control(int command, int argument)
    {
        switch (command)
        {
            case GetFlags:
                return ReadWrite | (IsNonBlocking ? NonBlockingFlag : 0);
            case SetFlags:
                IsNonBlocking = (argument & NonBlockingFlag) != 0;
                return 0;
            default:
                return -Errno.Invalid;
        }
    }

    /// <summary>The last close.</summary>
    public abstract void Close();

    /// <summary>Something has happened in the stack.</summary>
    public virtual void OnChange()
    {
    }
}

/// <summary>POLLIN and its kin; epoll has the same bits.</summary>
[Flags]
internal enum Readiness
{
    None = 0,
    Readable = 0x1,
    Writable = 0x4,
    Error = 0x8,
    HungUp = 0x10,
    InvalidDescriptor = 0x20,
    NormallyReadable = 0x40,
    NormallyWritable = 0x100,
    PeerFinished = 0x2000,

    /// <summary>Reported whether asked for or not.</summary>
    Always = Error | HungUp | InvalidDescriptor,
}
