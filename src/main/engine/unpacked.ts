/** Only Electron's own file functions read inside an archive; what others need by path is unpacked beside it. */
export function unpacked(path: string): string {
  return path.replace(/([\\/])app\.asar([\\/])/, '$1app.asar.unpacked$2');
}
