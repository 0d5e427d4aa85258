/** `editor/` */
export const editor = {
  Editor: '编辑器',
  'Choose a file to read or edit it here.': '选择一个文件以在此阅读或编辑。',
  'Opening…': '正在打开…',
  'Close without saving': '不保存并关闭',
  'Keep mine': '保留我的',
  'Not saved: {error} Your text is kept here.': '未保存：{error} 你的文本保留在这里。',
  'Save again': '再次保存',
  'Save and close': '保存并关闭',
  'This file has changes that are not saved.': '此文件有未保存的更改。',
  'This file was deleted while you were editing it. Your text is kept here.': '此文件在你编辑时被删除。你的文本保留在这里。',
  'This file was changed by someone else while you were editing it. Your text is kept here.':
    '此文件在你编辑时被他人更改。你的文本保留在这里。',
  'Not saved: this file was deleted meanwhile. Your text is kept here; choose Keep mine and save again, or drop it.':
    '未保存：此文件在此期间被删除。你的文本保留在这里；选择“保留我的”并再次保存，或放弃它。',
  'Not saved: this file was changed by someone else meanwhile. Your text is kept here; choose Keep mine and save again, or drop it.':
    '未保存：此文件在此期间被他人更改。你的文本保留在这里；选择“保留我的”并再次保存，或放弃它。',
  'A binary file of {size}: there is no text to show.': '{size} 的二进制文件：没有可显示的文本。',
  'This file has {size}, more than the editor opens. The agent and the terminal can still read it.':
    '此文件有 {size}，超过编辑器可打开的大小。智能体和终端仍可读取它。',
  'This file is no longer in the workspace.': '此文件已不在工作区中。',
  'Open files': '打开的文件',
  'not saved': '未保存',
  'Close {name}': '关闭 {name}',
  'The editor could not be loaded ({message}). Your files are untouched.': '无法加载编辑器（{message}）。你的文件没有变动。',
  'Not checked: {message}': '未检查：{message}',
  'line {line}: {message}': '第 {line} 行：{message}',
  Next: '下一个',
  'this tab may not write the session.': '此标签页不能写入该会话。',
  '{path}, editor': '{path}，编辑器',
  'Follow the agent': '跟随智能体',
  'The file and your text': '文件与你的文本',
  '− is in the file, + is in your text': '− 在文件中，+ 在你的文本中',
  'Hide the comparison': '隐藏比较',
}
