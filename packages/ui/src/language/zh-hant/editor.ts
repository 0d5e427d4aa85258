import type { editor as hans } from '../zh-hans/editor'

/** `editor/` */
export const editor: Record<keyof typeof hans, string> = {
  Editor: '編輯器',
  'Choose a file to read or edit it here.': '選擇一個檔案以在此閱讀或編輯。',
  'Opening…': '正在開啟…',
  'Close without saving': '不儲存並關閉',
  'Keep mine': '保留我的',
  'Not saved: {error} Your text is kept here.': '未儲存：{error} 你的文字保留在這裡。',
  'Save again': '再次儲存',
  'Save and close': '儲存並關閉',
  'This file has changes that are not saved.': '此檔案有未儲存的變更。',
  'This file was deleted while you were editing it. Your text is kept here.': '此檔案在你編輯時被刪除。你的文字保留在這裡。',
  'This file was changed by someone else while you were editing it. Your text is kept here.':
    '此檔案在你編輯時被他人變更。你的文字保留在這裡。',
  'Not saved: this file was deleted meanwhile. Your text is kept here; choose Keep mine and save again, or drop it.':
    '未儲存：此檔案在此期間被刪除。你的文字保留在這裡；選擇「保留我的」並再次儲存，或放棄它。',
  'Not saved: this file was changed by someone else meanwhile. Your text is kept here; choose Keep mine and save again, or drop it.':
    '未儲存：此檔案在此期間被他人變更。你的文字保留在這裡；選擇「保留我的」並再次儲存，或放棄它。',
  'A binary file of {size}: there is no text to show.': '{size} 的二進位檔案：沒有可顯示的文字。',
  'This file has {size}, more than the editor opens. The agent and the terminal can still read it.':
    '此檔案有 {size}，超過編輯器可開啟的大小。代理程式和終端機仍可讀取它。',
  'This file is no longer in the workspace.': '此檔案已不在工作區中。',
  'Open files': '開啟的檔案',
  'not saved': '未儲存',
  'Close {name}': '關閉 {name}',
  'The editor could not be loaded ({message}). Your files are untouched.': '無法載入編輯器（{message}）。你的檔案沒有變動。',
  'Not checked: {message}': '未檢查：{message}',
  'line {line}: {message}': '第 {line} 行：{message}',
  Next: '下一個',
  'this tab may not write the session.': '此分頁不能寫入該工作階段。',
  '{path}, editor': '{path}，編輯器',
  'Follow the agent': '跟隨代理程式',
  'The file and your text': '檔案與你的文字',
  '− is in the file, + is in your text': '− 在檔案中，+ 在你的文字中',
  'Hide the comparison': '隱藏比較',
}
