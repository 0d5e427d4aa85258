import type { tasks as hans } from '../zh-hans/tasks'

/** `tasks/` */
export const tasks: Record<keyof typeof hans, string> = {
  Tasks: '任務',
  'The tasks': '任務',
  'List of tasks': '任務清單',
  pending: '待辦',
  'in hand': '進行中',
  'The agent keeps no list. It writes one when the work has several steps.': '代理程式沒有清單。工作有多個步驟時它會寫一份。',
  '{done} of {all} done': '已完成 {done}/{all}',
  'Sub-agents': '子代理程式',
  'None was asked for.': '還沒有交給子代理程式的工作。',
  'Running now': '正在執行',
  'No command runs.': '沒有命令在執行。',
  'Beside the agent': '代理程式之外',
  'A command runs in your terminal': '你的終端機裡有命令在執行',
  'A program listens on port {port}': '有程式在監聽連接埠 {port}',
}
