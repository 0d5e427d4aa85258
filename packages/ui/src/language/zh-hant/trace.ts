import type { trace as hans } from '../zh-hans/trace'

/** `trace/` */
export const trace: Record<keyof typeof hans, string> = {
  'Reading the fact…': '正在讀取事實…',
  'Fact {seq}': '事實 {seq}',
  '{count} characters more': '還有 {count} 個字元',
  'The log could not be read: {message} The session is as it was.': '無法讀取記錄：{message} 工作階段維持原樣。',
  'Nothing has run yet. Each turn will be a line here, with what took its time.':
    '還沒有執行過任何內容。每一回合會在這裡佔一行，並顯示耗時的內容。',
  'Trace, newest turn first': '追蹤，最新的一回合在前',
  'under way': '進行中',
  'Turn: {title}': '回合：{title}',
  'A turn that nobody wrote to': '沒有人寫入的一回合',
  'waited for you': '等待你',
  'failed: {error}': '失敗：{error}',
  model: '模型',
  tool: '工具',
  relay: '中繼',
  network: '網路',
  'sub-agent': '子代理程式',
  '{ms} ms': '{ms} 毫秒',
}
