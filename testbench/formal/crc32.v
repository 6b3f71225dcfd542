// The emitted CRC block against the definition of CRC-32 (ISO-HDLC): a register that starts with ones, and for
// each bit, lowest first, is shifted right and, if the bit that leaves it differs from that of the data,
// added to 0xEDB88320. The block holds the register's complement.
//
// Proved for all contents, by induction: each clock does what is asked, and a byte in two halves is eight such steps.
module crc32_proof (
    input wire clock,
    input wire clear,
    input wire step,
    input wire shift,
    input wire [3:0] nibble
);
   function [31:0] bits(input [31:0] crc, input [31:0] data, input integer count);
      integer i;
      begin
         for (i = 0; i < count; i = i + 1)
            crc = (crc >> 1) ^ ((crc[0] ^ data[i]) ? 32'hEDB88320 : 32'd0);
         bits = crc;
      end
   endfunction

   wire [31:0] value;
   crc32 dut (.clock(clock), .clear(clear), .step(step), .nibble(nibble), .shift(shift), .value(value));

   reg [31:0] crc = 32'hFFFFFFFF;
   always @(posedge clock) begin
      if (clear) crc <= 32'hFFFFFFFF;
      else if (step & shift) crc <= crc >> 4;   // the complement fills with ones
      else if (step) crc <= bits(crc, {28'd0, nibble}, 4);
      assert(value == ~crc);
   end
endmodule
