import type { permissions as hans } from '../zh-hans/permissions'

/** `settings/permissions/` */
export const permissions: Record<keyof typeof hans, string> = {
  'Read only': '唯讀',
  'Edits ask. Commands that do more than look, and the network, are denied.': '編輯會詢問。不只是查看的命令以及網路會被拒絕。',
  'Write in the workspace': '在工作區中寫入',
  'Edits pass. Commands and the network ask.': '編輯放行。命令和網路會詢問。',
  'Full access to the sandbox': '對沙箱的完整存取',
  'Edits and commands pass. Protected files and the network ask.': '編輯和命令放行。受保護的檔案和網路會詢問。',
  'Ask each time': '每次詢問',
  'Reading passes. Everything else asks.': '讀取放行。其他一切會詢問。',
  'Allow everything': '全部允許',
  'Protected files pass as well; for this session only. The network asks.': '受保護的檔案也放行；僅限此工作階段。網路會詢問。',
  Level: '等級',
  'For this session, and for new ones. A level sets the mode, and the rules that belong to it.':
    '適用於此工作階段和新工作階段。等級會設定模式以及屬於它的規則。',
  'For new sessions. A level sets the mode, and the rules that belong to it.': '適用於新工作階段。等級會設定模式以及屬於它的規則。',
  'Deny comes before ask, and ask before allow. They are kept in this browser; no file of a project becomes a rule. What is protected asks whatever allows it.':
    '拒絕優先於詢問，詢問優先於允許。規則保存在此瀏覽器中；專案的任何檔案都不會成為規則。受保護的內容無論什麼允許它都會詢問。',
  'Deleted {rule}.': '已刪除 {rule}。',
  'The rule holds from the next call on.': '該規則從下一次呼叫起有效。',
  'Add a rule': '新增規則',
  Effect: '效果',
  'shell(npm test) is these exact words, shell(npm run *) whatever begins so; read_file(src/**), edit_file(docs/*.md) are paths; fetch(https://api.example.org) is a host.':
    'shell(npm test) 表示這些確切的字詞，shell(npm run *) 表示以此開頭的任何內容；read_file(src/**)、edit_file(docs/*.md) 是路徑；fetch(https://api.example.org) 是主機。',
  Where: '位置',
  'In all projects': '在所有專案中',
  'In this project': '在此專案中',
  'Add rule': '新增規則',
  'No rules yet. “Always allow in this project” on a card makes one, and so does the form below.':
    '還沒有規則。卡片上的「在此專案中一律允許」會建立一條，下面的表單也會。',
  Made: '建立',
  'Last used': '上次使用',
  'All projects': '所有專案',
  Never: '從未',
  'Delete {effect} {rule}': '刪除規則：{effect} {rule}',
  'Allowed in this session': '在此工作階段中允許',
  'Nothing yet. “Allow for this session” on a card is listed here, and can be taken back.':
    '還沒有。卡片上的「在此工作階段中允許」會列在這裡，並且可以收回。',
  'Take back {rule}': '收回 {rule}',
  'Would this call be allowed?': '此呼叫會被允許嗎？',
  'Try a call': '試一次呼叫',
  'Judged by the rules above in mode {mode}, and nothing runs. What you allowed for one session, and links between its files, are not counted.':
    '依上面的規則在 {mode} 模式下判斷，不會執行任何內容。你為單一工作階段允許的內容以及其檔案之間的連結不計入。',
  Try: '試試',
  'Allowed by rule {shown}.': '被規則 {shown} 允許。',
  'Allowed by {shown}.': '被 {shown} 允許。',
  'Denied: {reason}.': '已拒絕：{reason}。',
  'Asks: {reason}.': '會詢問：{reason}。',
}
