/** `trust/` */
export const trust = {
  'Words of others': '他人的文字',
  'Nothing from outside was read': '没有读取外部内容',
  'Private data': '私密数据',
  'Nothing private is in it': '其中没有私密内容',
  'Sent out': '已发送到外部',
  'Nothing was sent': '没有发送任何内容',
  'Decoy stopped': '已拦截诱饵',
  'words of others': '他人的文字',
  'private data': '私密数据',
  'sent out': '已发送到外部',
  'decoy stopped': '已拦截诱饵',
  'In this session: {what}.': '此会话中：{what}。',
  Traces: '痕迹',
  'Requests ask': '请求需询问',
  'Network closed': '网络已关闭',
  'What came together in this session.': '此会话中汇集的内容。',
  'Every request to the network asks.': '每个网络请求都会询问。',
  'The network is closed.': '网络已关闭。',
  'Something tried to send the decoy token of this session, and was stopped.': '有程序试图发送此会话的诱饵令牌，已被拦截。',
  'What came together here': '此处汇集的内容',
  'Open the network': '开放网络',
  'Close the network': '关闭网络',
  'Fork without the private part': '分叉，不含私密部分',
  'None of this is forgotten while the session lives, also not by going back. Together with the rest of it, every request to the network asks.':
    '只要会话存在，这些都不会被遗忘，回退也不例外。一旦与其余部分汇集，每个网络请求都会询问。',
  'What others wrote could tell the agent to send what is private. So every request asks, whatever rules allow, and no secret leaves.':
    '他人写的内容可能指使智能体发送私密信息。因此无论规则允许什么，每个请求都会询问，机密不会外泄。',
  'Nothing leaves this session until you open the network again. Commands are told so.':
    '在你重新开放网络之前，没有任何内容离开此会话。命令会得知这一点。',
  'The decoy token opens nothing and is of no use to anybody. Whoever tried to send it takes what it finds: look at what the session read last, and close the network where you are not sure.':
    '诱饵令牌打不开任何东西，对谁都没有用。试图发送它的程序会拿走找到的一切：请查看会话最后读取了什么，如不确定，请关闭网络。',
}
