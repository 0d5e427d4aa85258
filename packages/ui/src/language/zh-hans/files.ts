/** `files/` */
export const files = {
  'Type a name first.': '请先输入名称。',
  'A file needs a name after the folder.': '文件夹后面需要文件名。',
  'A name cannot hold control characters or backslashes.': '名称不能包含控制字符或反斜杠。',
  'A path stays inside the workspace: no leading slash, no empty, . or .. part.':
    '路径必须在工作区内：不能以斜杠开头，不能有空的、. 或 .. 的部分。',
  '{path} exists already.': '{path} 已存在。',
  '{path} is a folder.': '{path} 是文件夹。',
  '{file} is a file, so nothing can be put into it.': '{file} 是文件，不能在其中放入内容。',
  'Filter files': '筛选文件',
  Filter: '筛选',
  'New file': '新建文件',
  'No files yet. Ask the agent for some, drop your own here, or use the buttons above.':
    '还没有文件。可以让智能体创建、把你自己的拖到这里，或使用上面的按钮。',
  'No file matches “{wanted}”.': '没有与“{wanted}”匹配的文件。',
  'New file name': '新文件名',
  'holds changes': '含有更改',
  'The files could not be listed: {message}': '无法列出文件：{message}',
}
