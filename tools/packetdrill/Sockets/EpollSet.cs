using StackSharp.Packetdrill.Wire;

namespace StackSharp.Packetdrill.Sockets;

/// <summary>An epoll instance: level- and edge-triggered, and one-shot.</summary>
internal sealed class EpollSet : Descriptor
{
    private const int AddOperation = 1;
    private const int RemoveOperation = 2;
    private const int ModifyOperation = 3;
    private const uint EdgeTriggered = 1u << 31;
    private const uint OneShot = 1u << 30;
    private readonly List<Member> _members = [];

    public override Readiness Readiness => _members.Exists(member => member.Pending != Readiness.None) ? Readiness.Readable | Readiness.NormallyReadable : Readiness.None;

    /// <summary>epoll_ctl.</summary>
    public long Control(int operation, Descriptor target, in EpollEvent wanted)
    {
        Member? member = _members.Find(member => member.Target == target);
        switch (operation)
        {
            case AddOperation:
                if (member is not null) return -Errno.Exists;
                _members.Add(new Member(target, wanted));
                return 0;
            case ModifyOperation:
                if (member is null) return -Errno.NoEntry;
                member.Wanted = wanted;
                member.Reported = Readiness.None;
                return 0;
            case RemoveOperation:
                if (member is null) return -Errno.NoEntry;
                _members.Remove(member);
                return 0;
            default:
                return -Errno.Invalid;
        }
    }

    /// <summary>The events that there are now, as many as there is room for.</summary>
    public int Collect(Span<EpollEvent> events)
    {
        int count = 0;
        foreach (Member member in _members)
        {
            Readiness pending = member.Pending;
            if (pending == Readiness.None || count == events.Length) continue;
            events[count++] = new EpollEvent { Events = (uint)pending, Data = member.Wanted.Data };
            member.Reported = member.Target.Readiness;
            if ((member.Wanted.Events & OneShot) != 0) member.Wanted = member.Wanted with { Events = 0 };
        }
        return count;
    }

    public override void Close() => _members.Clear();

    /// <summary>An edge is a bit that was not there before: what has gone may be told again.</summary>
    public override void OnChange()
    {
        foreach (Member member in _members) member.Reported &= member.Target.Readiness;
    }

    private sealed class Member(Descriptor target, EpollEvent wanted)
    {
        public Descriptor Target => target;

        public EpollEvent Wanted { get; set; } = wanted;

        /// <summary>What was there when it was reported last, and still is.</summary>
        public Readiness Reported { get; set; }

        public Readiness Pending
        {
            get
            {
                if (Wanted.Events == 0) return Readiness.None;
                Readiness ready = target.Readiness & ((Readiness)(Wanted.Events & 0xFFFF) | Readiness.Error | Readiness.HungUp);
                bool hasNews = (Wanted.Events & EdgeTriggered) == 0 || (ready & ~Reported) != Readiness.None;
                return hasNews ? ready : Readiness.None;
            }
        }
    }
}
