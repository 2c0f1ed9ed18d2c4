using System.Buffers.Binary;
using System.Globalization;
using System.IO;
using StackSharp.Stack;
using StackSharp.Stack.Transport.Tcp;

namespace StackSharp.Packetdrill;

/// <summary>What a script has set with sysctl in its network namespace, as this stack's options. Read anew each time.</summary>
/// <param name="folder">/proc/sys/net/ipv4, or what stands in for it.</param>
internal sealed class KernelSettings(string folder)
{
    /// <summary>What holds for the whole stack.</summary>
    public NetworkStackOptions StackOptions()
    {
        TcpLayerOptions layer = new();
        // Linux counts its own overhead as well, and offers about a half.
        int receiveBuffer = Number("tcp_rmem", 1, 2 << 20) / 2;
        return new NetworkStackOptions
        {
            Tcp = layer with
            {
                SynRetries = Number("tcp_syn_retries", layer.SynRetries),
                SynAckRetries = Number("tcp_synack_retries", layer.SynAckRetries),
                R2Retries = Number("tcp_retries2", layer.R2Retries),
                DuplicateThreshold = Number("tcp_reordering", layer.DuplicateThreshold),
                OutOfWindowAckInterval = TimeSpan.FromMilliseconds(Number("tcp_invalid_ratelimit", 500)),
                MaximumRetransmissionTimeout = TimeSpan.FromMilliseconds(Number("tcp_rto_max_ms", 120_000)),
                FinWait2Timeout = TimeSpan.FromSeconds(Number("tcp_fin_timeout", 60)),
                UnreadSurvivesReset = true,
                RequireTimestamps = false,
                MinimumBurstSegments = Number("tcp_min_tso_segs", layer.MinimumBurstSegments),
                // They say how large a burst is, paced or not.
                SlowStartPacingGain = Number("tcp_pacing_ss_ratio", 200) / 100.0,
                PacingGain = Number("tcp_pacing_ca_ratio", 120) / 100.0,
                LeastBufferBytes = Math.Min(layer.LeastBufferBytes, receiveBuffer),
                InitialReceiveBufferBytes = receiveBuffer,
                MaximumReceiveBufferBytes = Number("tcp_rmem", 2, layer.MaximumReceiveBufferBytes),
                Socket = SocketOptions(),
            },
        };
    }

    /// <summary>What the kernel does of Fast Open.</summary>
    public FastOpenUse FastOpen => (FastOpenUse)Number("tcp_fastopen", (int)FastOpenUse.Client);

    /// <summary>The keys of its cookies; null: the kernel has no such setting. Where none is set it shows zeros, which serve as well as any.</summary>
    public FastOpenKeys? FastOpenKeys()
    {
        string path = Path.Combine(folder, "tcp_fastopen_key");
        if (!File.Exists(path)) return null;
        byte[][] keys = [.. File.ReadAllText(path).Trim().Split(',').Select(ReadKey)];
        return new FastOpenKeys(keys[0], keys.Length > 1 ? keys[1] : []);
    }

    /// <summary>What a new socket starts with.</summary>
    public TcpSocketOptions SocketOptions()
    {
        TcpSocketOptions defaults = new();
        return Refresh(defaults with
        {
            SendBufferBytes = Number("tcp_wmem", 1, 1 << 20),
            KeepAliveTime = TimeSpan.FromSeconds(Number("tcp_keepalive_time", 7200)),
            KeepAliveInterval = TimeSpan.FromSeconds(Number("tcp_keepalive_intvl", 75)),
            KeepAliveCount = Number("tcp_keepalive_probes", 9),
        });
    }

    /// <summary>What is settled when a connection begins, whatever it was when its socket was made.</summary>
    public TcpSocketOptions Refresh(TcpSocketOptions options) => options with
    {
        Timestamps = Number("tcp_timestamps", 1) != 0,
        SelectiveAcknowledgment = Number("tcp_sack", 1) != 0,
        WindowScaling = Number("tcp_window_scaling", 1) != 0,
        Ecn = Number("tcp_ecn", 2) switch
        {
            0 => EcnUse.Never,
            1 => EcnUse.RequestClassic,
            3 => EcnUse.Request,
            _ => EcnUse.Answer,
        },
        // Without the packet scheduler "fq" the kernel paces for no congestion control that the scripts use.
        Pacing = false,
    };

    /// <summary>A setting that is one number.</summary>
    /// <param name="fallback">The value where the kernel has no such setting.</param>
    public int Number(string name, int fallback) => Number(name, 0, fallback);

    // Four words in hexadecimal, each of which lies in memory with its lowest octet first.
    private static byte[] ReadKey(string text)
    {
        byte[] key = new byte[Stack.Transport.Tcp.FastOpenKeys.KeySize];
        string[] words = text.Split('-');
        for (int i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt32LittleEndian(key.AsSpan(i * sizeof(uint)), uint.Parse(words[i], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
        return key;
    }

    /// <summary>One number of a setting that has several.</summary>
    public int Number(string name, int index, int fallback)
    {
        string path = Path.Combine(folder, name);
        if (!File.Exists(path)) return fallback;
        string[] words = File.ReadAllText(path).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        // An unsigned "no limit" is more than fits.
        return index < words.Length && long.TryParse(words[index], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value)
            ? (int)Math.Min(value, int.MaxValue)
            : fallback;
    }
}
