using StackSharp.Stack.Time;
using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>How fast what the window allows may leave.</content>
public sealed partial class TcpConnection
{
    private Pacer _pacer;

    // Octets per second; 0: as they come.
    private long _pacingRate;

    // Up to where the round trip goes for which TcpFlags.WindowLimited tells, and the most that was in flight in it.
    private SequenceNumber _windowUseEnd;
    private long _mostInFlight;

    // Octets of a burst; int.MaxValue: as many as the window allows.
    private int _quantum;

    private bool IsPacing => _pacingRate > 0;

    private void SetPace()
    {
        long own = _congestion.PacingRate is > 0 and long named ? named : OwnPacingRate();
        long most = _options.MaximumPacingRate;
        if (most > 0 && (own == 0 || own > most)) own = most;
        // The initial window leaves at once, as RFC 6928 has it.
        bool isPaced = most > 0 || _congestion.PacingRate > 0 || (_options.Pacing && _bytesSent >= InitialWindow());
        _pacingRate = isPaced ? own : 0;
        _quantum = own == 0 ? int.MaxValue : Pacer.Quantum(own, _layer.Options.MinimumBurstSegments, _sendMss);
    }

    // Where a round trip is shorter than a burst, bursts are all there is.
    private long OwnPacingRate()
    {
        if (!_rtt.HasSample || _rtt.Minimum < _layer.Options.PacingMinimumRoundTrip) return 0;
        long window = Math.Max(_congestion.Window, Outstanding);
        // Early samples may have waited for an address to be resolved, and the mean follows slowly: a window that doubles would not leave in its round trip.
        bool doubles = _congestion.Window < _congestion.SlowStartThreshold / 2;
        double rate = doubles
            ? _layer.Options.SlowStartPacingGain * window / _rtt.Minimum.TotalSeconds
            : _layer.Options.PacingGain * window / _rtt.Smoothed.TotalSeconds;
        return Math.Max(1, (long)rate);
    }

    // True: nothing leaves now, and the timer is set for when it may.
    private bool WaitForPace(Instant now)
    {
        if (!IsPacing || _pacer.MaySend(_quantum, now)) return false;
        ArmTimer(TcpTimer.Pace, _pacer.NextAt);
        return true;
    }

    private void Pace(int sent, Instant now)
    {
        if (IsPacing) _pacer.OnSent(sent, _pacingRate, now);
    }

    // The window counts as used for the round trip after which something was held back by it: between two bursts nothing is (RFC 7661 §4.1 in spirit).
    private void NoteWindowUse(bool isLimited)
    {
        long inFlight = Pipe;
        isLimited |= inFlight >= CongestionWindow;
        bool isNewRound = !_send.Unacknowledged.IsBefore(_windowUseEnd);
        if (!isLimited && !isNewRound && (Has(TcpFlags.WindowLimited) || inFlight <= _mostInFlight)) return;
        Set(TcpFlags.WindowLimited, isLimited);
        _mostInFlight = inFlight;
        _windowUseEnd = _send.Next;
    }

    // In slow start a window that is used by half may still grow: the next round trip's bursts need room before acknowledgments make it.
    private bool IsWindowUsed => Has(TcpFlags.WindowLimited) || (_congestion.Window < _congestion.SlowStartThreshold && _congestion.Window < 2 * _mostInFlight);
}
