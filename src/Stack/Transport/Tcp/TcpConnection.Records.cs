using StackSharp.Stack.Transport.Tcp.Sending;
using StackSharp.Stack.Wire.Tcp;

namespace StackSharp.Stack.Transport.Tcp;

/// <content>Records: octets that share no segment with what was handed over after them, the first time and whenever they are sent again.</content>
public sealed partial class TcpConnection
{
    // Null on a connection whose octets are one stream, as nearly all are.
    private RecordEnds? _records;

    private void EndRecord()
    {
        SequenceNumber end = _send.QueueStart + (uint)_sendQueue!.Length;
        _records ??= _layer.Pools.RentRecordEnds();
        if (!_records.Contains(end)) _records.Add(end);
    }

    private int CutAtRecord(SequenceNumber start, int length) => _records is null ? length : _records.Limit(start, length);

    private bool EndsRecord(SequenceNumber end) => _records is not null && _records.Contains(end);

    private void ReturnRecords()
    {
        if (_records is not null) _layer.Pools.Return(_records);
        _records = null;
    }
}
