using StackSharp.Stack.Time;
using StackSharp.Tests.Simulation;
using StackSharp.Tests.TestKit;
using Xunit;

namespace StackSharp.Tests.Fuzz;

/// <summary>Frames that nobody should send, into a stack whose connections must not notice.</summary>
[Collection(FuzzCollection.Name)]
public sealed class HostileFrameTests
{
    [Fact, Covers("INV-1")]
    public void Random_frames_disturb_nobody()
    {
        using HostileTarget target = new(seed: 11);
        int frames = Seeds.FuzzFrames;
        for (int i = 0; i < frames; i++)
        {
            byte[] frame = new byte[target.Random.Below(200)];
            target.Random.Fill(frame);
            if (i % 2 == 0) target.Address(frame);
            target.Attack(frame);
            if (i % 1000 == 0) target.ExchangeData();
        }
        target.CheckHealth();
    }

    [Fact, Covers("INV-1", "INV-7")]
    public void Mutated_frames_disturb_nobody()
    {
        using HostileTarget target = new(seed: 12);
        int frames = Seeds.FuzzFrames;
        for (int i = 0; i < frames; i++)
        {
            target.Attack(target.MutateSeen());
            if (i % 500 == 0) target.ExchangeData();
        }
        target.CheckHealth();
    }
}
