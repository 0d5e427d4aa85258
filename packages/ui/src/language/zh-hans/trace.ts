/** `trace/` */
export const trace = {
  'Reading the fact…': '正在读取事实…',
  'Fact {seq}': '事实 {seq}',
  '{count} characters more': '还有 {count} 个字符',
  'The log could not be read: {message} The session is as it was.': '无法读取日志：{message} 会话保持原样。',
  'Nothing has run yet. Each turn will be a line here, with what took its time.':
    '还没有运行过任何内容。每一轮会在这里占一行，并显示耗时的内容。',
  'Trace, newest turn first': '跟踪，最新的一轮在前',
  'under way': '进行中',
  'Turn: {title}': '轮次：{title}',
  'A turn that nobody wrote to': '没有人写入的一轮',
  'waited for you': '等待你',
  'failed: {error}': '失败：{error}',
  model: '模型',
  tool: '工具',
  relay: '中继',
  network: '网络',
  'sub-agent': '子智能体',
  '{ms} ms': '{ms} 毫秒',
}
