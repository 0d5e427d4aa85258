import type { trust as hans } from '../zh-hans/trust'

/** `trust/` */
export const trust: Record<keyof typeof hans, string> = {
  'Words of others': '他人的文字',
  'Nothing from outside was read': '沒有讀取外部內容',
  'Private data': '私密資料',
  'Nothing private is in it': '其中沒有私密內容',
  'Sent out': '已傳送至外部',
  'Nothing was sent': '沒有傳送任何內容',
  'Decoy stopped': '已攔截誘餌',
  'words of others': '他人的文字',
  'private data': '私密資料',
  'sent out': '已傳送至外部',
  'decoy stopped': '已攔截誘餌',
  'In this session: {what}.': '此工作階段中：{what}。',
  Traces: '跡象',
  'Requests ask': '要求需詢問',
  'Network closed': '網路已關閉',
  'What came together in this session.': '此工作階段中匯集的內容。',
  'Every request to the network asks.': '每個網路要求都會詢問。',
  'The network is closed.': '網路已關閉。',
  'Something tried to send the decoy token of this session, and was stopped.': '有程式試圖傳送此工作階段的誘餌權杖，已被攔截。',
  'What came together here': '此處匯集的內容',
  'Open the network': '開放網路',
  'Close the network': '關閉網路',
  'Fork without the private part': '分支，不含私密部分',
  'None of this is forgotten while the session lives, also not by going back. Together with the rest of it, every request to the network asks.':
    '只要工作階段存在，這些都不會被遺忘，倒回也不例外。一旦與其餘部分匯集，每個網路要求都會詢問。',
  'What others wrote could tell the agent to send what is private. So every request asks, whatever rules allow, and no secret leaves.':
    '他人寫的內容可能指使代理程式傳送私密資訊。因此無論規則允許什麼，每個要求都會詢問，機密不會外洩。',
  'Nothing leaves this session until you open the network again. Commands are told so.':
    '在你重新開放網路之前，沒有任何內容離開此工作階段。命令會得知這一點。',
  'The decoy token opens nothing and is of no use to anybody. Whoever tried to send it takes what it finds: look at what the session read last, and close the network where you are not sure.':
    '誘餌權杖打不開任何東西，對誰都沒有用。試圖傳送它的程式會拿走找到的一切：請查看工作階段最後讀取了什麼，如不確定，請關閉網路。',
}
