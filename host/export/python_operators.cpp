// SPDX-License-Identifier: Apache-2.0
#include "host/export/python_operators.hpp"

#include <algorithm>

namespace sslhost::host {

namespace {

struct Expression {
  std::string_view operation;
  const char* text;
};

constexpr Expression kExpressions[] = {
    {"_convolution",
     "F.conv2d({input}, {weight}, {bias}, {stride}, {padding}, {dilation}, {groups})"},
    {"linear", "F.linear({input}, {weight}, {bias})"},
    {"addmm", "torch.addmm({self}, {mat1}, {mat2}, beta={beta}, alpha={alpha})"},
    {"mm", "{self} @ {mat2}"},
    {"bmm", "{self} @ {mat2}"},
    {"matmul", "{self} @ {other}"},
    {"batch_norm",
     "F.batch_norm({input}, {running_mean}, {running_var}, {weight}, {bias}, eps={eps})"},
    {"layer_norm", "F.layer_norm({input}, {normalized_shape}, {weight}, {bias}, {eps})"},
    {"max_pool2d",
     "F.max_pool2d({self}, {kernel_size}, {stride}, {padding}, {dilation}, {ceil_mode})"},
    {"adaptive_avg_pool2d", "F.adaptive_avg_pool2d({self}, {output_size})"},
    {"gelu", "F.gelu({self}, approximate={approximate})"},
    {"scaled_dot_product_attention",
     "F.scaled_dot_product_attention({query}, {key}, {value}, {attn_mask}, is_causal={is_causal}, "
     "scale={scale})"},
    {"softmax", "torch.softmax({self}, {dim}, dtype={dtype})"},
    {"log_softmax", "torch.log_softmax({self}, {dim}, dtype={dtype})"},
    {"relu", "F.relu({self})"},
    {"relu6", "F.relu6({self})"},
    {"silu", "F.silu({self})"},
    {"leaky_relu", "F.leaky_relu({self}, {negative_slope})"},
    {"hardtanh", "F.hardtanh({self}, {min_val}, {max_val})"},
    {"sigmoid", "torch.sigmoid({self})"},
    {"tanh", "torch.tanh({self})"},
    {"exp", "torch.exp({self})"},
    {"log", "torch.log({self})"},
    {"sqrt", "torch.sqrt({self})"},
    {"neg", "-{self}"},
    {"abs", "torch.abs({self})"},
    {"erf", "torch.erf({self})"},
    {"reciprocal", "1 / {self}"},
    {"square", "torch.square({self})"},
    {"add", "{self} + {other}"},
    {"sub", "{self} - {other}"},
    {"rsub", "{other} - {self}"},
    {"mul", "{self} * {other}"},
    {"div", "{self} / {other}"},
    {"pow", "{self} ** {exponent}"},
    {"minimum", "torch.minimum({self}, {other})"},
    {"maximum", "torch.maximum({self}, {other})"},
    {"gt", "{self} > {other}"},
    {"ge", "{self} >= {other}"},
    {"lt", "{self} < {other}"},
    {"le", "{self} <= {other}"},
    {"eq", "{self} == {other}"},
    {"where", "torch.where({condition}, {self}, {other})"},
    {"clamp", "torch.clamp({self}, {min}, {max})"},
    {"clamp_min", "torch.clamp({self}, min={min})"},
    {"clamp_max", "torch.clamp({self}, max={max})"},
    {"to", "{self}.to({type})"},
    {"mean", "{self}.mean({dim}, {keepdim}, dtype={dtype})"},
    {"sum", "{self}.sum({dim}, {keepdim}, dtype={dtype})"},
    {"amax", "{self}.amax({dim}, {keepdim})"},
    {"amin", "{self}.amin({dim}, {keepdim})"},
    {"linalg_vector_norm", "torch.linalg.vector_norm({self}, {ord}, {dim}, {keepdim})"},
    {"view", "{self}.reshape({result})"},
    {"reshape", "{self}.reshape({result})"},
    {"flatten", "{self}.reshape({result})"},
    {"squeeze", "{self}.reshape({result})"},
    {"unsqueeze", "{self}.reshape({result})"},
    {"unflatten", "{self}.reshape({result})"},
    {"expand", "{self}.expand({result})"},
    {"full_like", "torch.full_like({self}, {fill_value})"},
    {"permute", "{self}.permute({dims})"},
    {"transpose", "{self}.transpose({dim0}, {dim1})"},
    {"t", "{self}.t()"},
    {"cat", "torch.cat({tensors}, {dim})"},
    {"slice", "{self}[{slices}]"},
    {"narrow", "{self}.narrow({dim}, {start}, {length})"},
    {"select", "{self}.select({dim}, {index})"},
    {"unbind", "{self}.unbind({dim})"},
    {"index_select", "{self}.index_select({dim}, {index})"},
    {"gather", "{self}.gather({dim}, {index})"},
    {"constant_pad_nd", "F.pad({self}, {pad}, value={value})"},
    {"topk", "torch.topk({self}, {k}, {dim}, {largest})"},
    {"sort", "torch.sort({self}, dim={dim}, descending={descending}, stable=True)"},
};

}  // namespace

const char* python_expression(std::string_view operation) {
  const auto* found = std::ranges::find(kExpressions, operation, &Expression::operation);
  return found == std::end(kExpressions) ? nullptr : found->text;
}

}  // namespace sslhost::host
