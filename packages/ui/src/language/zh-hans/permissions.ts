/** `settings/permissions/` */
export const permissions = {
  'Read only': '只读',
  'Edits ask. Commands that do more than look, and the network, are denied.': '编辑会询问。不只是查看的命令以及网络会被拒绝。',
  'Write in the workspace': '在工作区中写入',
  'Edits pass. Commands and the network ask.': '编辑放行。命令和网络会询问。',
  'Full access to the sandbox': '对沙盒的完全访问',
  'Edits and commands pass. Protected files and the network ask.': '编辑和命令放行。受保护的文件和网络会询问。',
  'Ask each time': '每次询问',
  'Reading passes. Everything else asks.': '读取放行。其他一切会询问。',
  'Allow everything': '全部允许',
  'Protected files pass as well; for this session only. The network asks.': '受保护的文件也放行；仅限此会话。网络会询问。',
  Level: '级别',
  'For this session, and for new ones. A level sets the mode, and the rules that belong to it.':
    '适用于此会话和新会话。级别会设置模式以及属于它的规则。',
  'For new sessions. A level sets the mode, and the rules that belong to it.': '适用于新会话。级别会设置模式以及属于它的规则。',
  'Deny comes before ask, and ask before allow. They are kept in this browser; no file of a project becomes a rule. What is protected asks whatever allows it.':
    '拒绝优先于询问，询问优先于允许。规则保存在此浏览器中；项目的任何文件都不会成为规则。受保护的内容无论什么允许它都会询问。',
  'Deleted {rule}.': '已删除 {rule}。',
  'The rule holds from the next call on.': '该规则从下一次调用起有效。',
  'Add a rule': '添加规则',
  Effect: '效果',
  'shell(npm test) is these exact words, shell(npm run *) whatever begins so; read_file(src/**), edit_file(docs/*.md) are paths; fetch(https://api.example.org) is a host.':
    'shell(npm test) 表示这些确切的词，shell(npm run *) 表示以此开头的任何内容；read_file(src/**)、edit_file(docs/*.md) 是路径；fetch(https://api.example.org) 是主机。',
  Where: '位置',
  'In all projects': '在所有项目中',
  'In this project': '在此项目中',
  'Add rule': '添加规则',
  'No rules yet. “Always allow in this project” on a card makes one, and so does the form below.':
    '还没有规则。卡片上的“在此项目中始终允许”会创建一条，下面的表单也会。',
  Made: '创建',
  'Last used': '上次使用',
  'All projects': '所有项目',
  Never: '从未',
  'Delete {effect} {rule}': '删除规则：{effect} {rule}',
  'Allowed in this session': '在此会话中允许',
  'Nothing yet. “Allow for this session” on a card is listed here, and can be taken back.':
    '还没有。卡片上的“在此会话中允许”会列在这里，并且可以收回。',
  'Take back {rule}': '收回 {rule}',
  'Would this call be allowed?': '此调用会被允许吗？',
  'Try a call': '试一次调用',
  'Judged by the rules above in mode {mode}, and nothing runs. What you allowed for one session, and links between its files, are not counted.':
    '按上面的规则在 {mode} 模式下判断，不会运行任何内容。你为单个会话允许的内容以及其文件之间的链接不计入。',
  Try: '试试',
  'Allowed by rule {shown}.': '被规则 {shown} 允许。',
  'Allowed by {shown}.': '被 {shown} 允许。',
  'Denied: {reason}.': '已拒绝：{reason}。',
  'Asks: {reason}.': '会询问：{reason}。',
}
