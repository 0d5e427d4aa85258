/** `settings/` */
export const settings = {
  Language: '语言',
  'As the browser': '跟随浏览器',
  'What the agent writes, names of its tools and the texts of programs stay as they are.':
    '智能体所写的内容、它的工具名称以及程序的输出保持原样。',
  'The language could not be loaded: {why} The page speaks as before.': '无法加载该语言：{why} 页面语言保持不变。',
}
