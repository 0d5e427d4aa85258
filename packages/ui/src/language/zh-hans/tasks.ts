/** `tasks/` */
export const tasks = {
  Tasks: '任务',
  'The tasks': '任务',
  'List of tasks': '任务清单',
  pending: '待办',
  'in hand': '进行中',
  'The agent keeps no list. It writes one when the work has several steps.': '智能体没有清单。工作有多个步骤时它会写一份。',
  '{done} of {all} done': '已完成 {done}/{all}',
  'Sub-agents': '子智能体',
  'None was asked for.': '还没有交给子智能体的工作。',
  'Running now': '正在运行',
  'No command runs.': '没有命令在运行。',
  'Beside the agent': '智能体之外',
  'A command runs in your terminal': '你的终端里有命令在运行',
  'A program listens on port {port}': '有程序在监听端口 {port}',
}
