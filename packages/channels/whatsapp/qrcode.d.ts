/** The package has no types (https://www.npmjs.com/package/qrcode#tostringtext-options-cberror-string). */
declare module 'qrcode' {
  const QRCode: {
    toString(
      text: string,
      options: { readonly type: 'svg' | 'utf8' | 'terminal'; readonly margin?: number },
    ): Promise<string>;
  };
  export default QRCode;
}
