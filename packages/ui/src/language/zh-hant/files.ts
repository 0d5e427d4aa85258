import type { files as hans } from '../zh-hans/files'

/** `files/` */
export const files: Record<keyof typeof hans, string> = {
  'Type a name first.': '請先輸入名稱。',
  'A file needs a name after the folder.': '資料夾後面需要檔案名稱。',
  'A name cannot hold control characters or backslashes.': '名稱不能包含控制字元或反斜線。',
  'A path stays inside the workspace: no leading slash, no empty, . or .. part.':
    '路徑必須在工作區內：不能以斜線開頭，不能有空的、. 或 .. 的部分。',
  '{path} exists already.': '{path} 已存在。',
  '{path} is a folder.': '{path} 是資料夾。',
  '{file} is a file, so nothing can be put into it.': '{file} 是檔案，不能在其中放入內容。',
  'Filter files': '篩選檔案',
  Filter: '篩選',
  'New file': '新增檔案',
  'No files yet. Ask the agent for some, drop your own here, or use the buttons above.':
    '還沒有檔案。可以讓代理程式建立、把你自己的拖到這裡，或使用上面的按鈕。',
  'No file matches “{wanted}”.': '沒有與「{wanted}」相符的檔案。',
  'Search in files': '在檔案中搜尋',
  'Match case': '區分大小寫',
  'Regular expression': '規則運算式',
  'Back to the tree': '返回檔案樹',
  'Lines found': '找到的行',
  'Every file but those of dependencies is looked through.': '會搜尋相依套件以外的所有檔案。',
  'Looking…': '正在搜尋…',
  'Looking… {files} so far': '正在搜尋…目前 {files}',
  'No file holds “{text}”.': '沒有檔案包含「{text}」。',
  '{lines} in {files}, and there are more: look for less.': '{files}中有 {lines}，還有更多：請縮小範圍。',
  '{lines} in {files}': '{files}中有 {lines}',
  '{path}, {lines}': '{path}，{lines}',
  'New file name': '新檔案名稱',
  'holds changes': '含有變更',
  'The files could not be listed: {message}': '無法列出檔案：{message}',
}
